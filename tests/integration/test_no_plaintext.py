"""Nobody reads an order from a disk: not from Temporal's file, nor PostgreSQL's with its WAL, nor a log.

The stack is the product's own, with processes of its own; what is searched is what they left on disk.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.catalogue import Catalogue
from domain.contract import Bundle
from domain.order import OrderDocument
from settings import Settings
from starter.client import PerkflowClient
from starter.connect import connect_temporal, open_database, open_vault
from starter.stack.stack import Stack, running_stack
from storage.bundles import publish_bundle, publish_catalogue
from storage.pool_stock import ImportedKey, PoolStock
from tests.conftest import tell
from tests.support.plaintext import files_below, found_in
from tests.support.world import benefit, money, offer
from workflows.bundle_order import BundleOrder

PHONE, DEVICE, POOL_PASSWORD = "13977776666", "device-PLANTED-0001", "POOLPW-PLANTED-0002"
BURIED = "buyer-PLANTED-0003"
"""A buyer reference is not secret: it is stored as it is, and must be found."""

BENEFITS = [
    benefit("video-key", "key", offer("kayixin-main", "1001")),
    benefit("phone-credit", "recharge", offer("fulu-main", "10000585"), account="phone"),
    benefit("coffee-link", "link", offer("fulu-main", "10000588")),
    benefit("own-key", "key", offer("own-stock", "planted")),
    benefit("refused-credit", "recharge", offer("fulu-main", "10000610"), account="phone"),
]
SECRET_VARIABLES = ("PERKFLOW_KEYRING", "PERKFLOW_FINGERPRINT_KEY", "KAYIXIN_SIM_SECRET", "FULU_SIM_SECRET")


@pytest.mark.timeout(300)
async def test_planted_values_are_in_no_file(
    tmp_path: Path, temporal_binary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path, temporal_binary=temporal_binary, temporal_port=0, ui_port=0)
    async with running_stack(settings, progress=tell) as stack:
        for name, value in stack.environment.items():
            monkeypatch.setenv(name, value)
        secrets = await fulfil_an_order_of_secrets(stack)
    files = [f for f in files_below(tmp_path) if f.name not in ("secrets.env", "simulators.db")]
    assert {"temporal.db", "worker.log", "postgres.log"} <= {file.name for file in files}
    assert any("pg_wal" in file.parts for file in files)
    assert len(secrets) == 13
    assert found_in(files, secrets) == {}
    assert any(file.startswith("temporal.db") for file in found_in(files, ["PLANTED-0004"])["PLANTED-0004"])
    assert BURIED in found_in(files, [BURIED])


async def fulfil_an_order_of_secrets(stack: Stack) -> list[str]:
    """Run an order whose every secret is known, and plant one on purpose; returns what must be nowhere."""
    settings = Settings()
    vault, database = open_vault(settings), open_database(settings)
    client = await connect_temporal(vault.ring)
    now = datetime.now(UTC)
    catalogue = Catalogue.model_validate({"benefits": BENEFITS})
    bundle = Bundle.model_validate(
        {
            "id": "secrets",
            "version": 1,
            "title": "secrets",
            "price": money(9900),
            "policy": "best_effort",
            "hold_for": "PT0S",
            "components": [{"id": b["id"], "benefit": b["id"]} for b in BENEFITS],
        }
    )
    async with database.transaction() as session:
        await publish_catalogue(session, catalogue, now)
        await publish_bundle(session, bundle, catalogue, now)
    key = ImportedKey(cost=1, number="POOLNO-PLANTED-0005", password=POOL_PASSWORD)
    await PoolStock(database, vault).import_keys("own-stock", "planted", [key], now)
    document = OrderDocument.model_validate(
        {
            "channel": "shop",
            "order_no": "S-1",
            "bundle": "secrets",
            "version": 1,
            "paid": money(9900),
            "buyer": {"ref": BURIED},
            "recipients": {"shared": {"type": "phone", "value": PHONE}},
            "context": {"device": DEVICE},
        }
    )
    await PerkflowClient(client, database, vault).place(document)
    result = await client.get_workflow_handle_for(BundleOrder.run, "order/shop/S-1").result()
    assert result.state == "partial"
    await plant(client)
    await database.close()
    variables = [stack.environment[name].rpartition(":")[2] for name in SECRET_VARIABLES]
    planted = [PHONE, DEVICE, POOL_PASSWORD, "POOLNO-PLANTED-0005"]
    return planted + variables + await issued(stack)


async def issued(stack: Stack) -> list[str]:
    """Every card number, password and link that the suppliers issued."""
    found: list[str] = []
    async with httpx.AsyncClient() as http:
        for url in stack.info.simulators.values():
            ledger: dict[str, Any] = (await http.get(f"{url}/_admin/ledger")).json()
            for sale in ledger["sales"]:
                for credential in sale["credentials"]:
                    found += [credential["number"], credential["password"]]
    assert len(found) == 4
    return found + [link.rpartition("/")[2] for link in found if link.startswith("http")]


async def plant(client: Any) -> None:
    """A workflow id is not encrypted: what stands in it must be found by the search."""
    handle = await client.start_workflow("Nobody", id="order/shop/PLANTED-0004", task_queue="nobody")
    await handle.terminate()
