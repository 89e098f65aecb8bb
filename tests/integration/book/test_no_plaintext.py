"""Nobody reads an order from a disk: not from Temporal's file, nor PostgreSQL's with its WAL, nor a log.

The stack is the product's own, with processes of its own; what is searched is what they left on disk.
"""

import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.verbs.verb import Act
from settings import Settings
from starter.stack.stack import Stack, running_stack
from storage.supply.pool_stock import ImportedKey
from storage.views.orders import OrderView
from tests.integration.book.plaintext import files_below, found_in
from tests.integration.erasing.traces import found_in_the_book, runs_about
from tests.support.asking import asked
from tests.support.documents import benefit, offer
from tests.support.outside import Outside
from tests.support.servers.stacks import ANY_PORTS, beside, tell

PHONE, DEVICE, POOL_NUMBER, POOL_PASSWORD = (
    "13977776666",
    "device-PLANTED-0001",
    "POOLNO-PLANTED-0005",
    "POOLPW-PLANTED-0002",
)
BURIED = "buyer-PLANTED-0003"
"""A buyer reference is not secret: it is stored as it is, and must be found."""
IN_TEMPORAL = "PLANTED-0004"
"""A workflow id is not encrypted: what stands in it must be found."""

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
    settings = Settings(home=tmp_path, temporal_binary=temporal_binary, **ANY_PORTS)
    async with running_stack(settings, progress=tell) as stack:
        async with beside(stack, monkeypatch) as outside:
            view = await fulfil_an_order_of_secrets(outside)
            assert await found_in_the_book(outside, BURIED, *indexes(outside)) == [BURIED, *indexes(outside)]
            await erase(outside, view)
            assert await found_in_the_book(outside, BURIED, *indexes(outside)) == []
            assert await runs_about(outside, view) == []
            await outside.client.start_workflow("Nobody", id=f"order/{IN_TEMPORAL}", task_queue="nobody")
        secrets = [PHONE, DEVICE, POOL_NUMBER, POOL_PASSWORD, *await issued(stack)]
        secrets += [stack.environment[name].rpartition(":")[2] for name in SECRET_VARIABLES]
    files = [f for f in files_below(tmp_path) if f.name not in ("secrets.env", "simulators.db")]
    assert {"temporal.db", "worker.log", "postgres.log"} <= {file.name for file in files}
    assert any("pg_wal" in file.parts for file in files)
    assert len(secrets) == 13
    assert found_in(files, secrets) == {}
    assert any(name.startswith("temporal.db") for name in found_in(files, [IN_TEMPORAL])[IN_TEMPORAL])
    assert BURIED in found_in(files, [BURIED])
    kept = rows_of(tmp_path / "temporal" / "temporal.db")
    assert IN_TEMPORAL in kept
    assert view.order_no not in kept


def indexes(outside: Outside) -> list[str]:
    """What the buyer was found by, as only our keys make it."""
    return [outside.vault.fingerprints.account(PHONE), outside.vault.fingerprints.buyer(BURIED)]


async def erase(outside: Outside, view: OrderView) -> None:
    """The channel pays back what it owes, and the buyer is erased."""
    for delivery in view.deliveries:
        if delivery.refund_id:
            refund = delivery.refund_id
            await outside.checkout.report_refund(refund, confirmed=True, note="", actor="shop")
    await outside.checkout.act_on_order(f"{view.channel}/{view.order_no}", asked(view, Act.ERASE))
    assert (await outside.read_number(f"{view.channel}/{view.order_no}")).erased_at is not None


def rows_of(file: Path) -> str:
    """What rows of Temporal's file hold, without what is left of those that were deleted.

    Tasks and timers, which name a run and nothing of it, are left out: each goes when it comes due.
    """
    with sqlite3.connect(file) as book:
        tables = [name for (name,) in book.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        lasting = [table for table in tables if not table.endswith("_tasks")]
        rows = [row for table in lasting for row in book.execute(f'SELECT * FROM "{table}"')]
    return "\n".join(
        each.decode("latin-1") if isinstance(each, bytes) else str(each) for row in rows for each in row
    )


async def fulfil_an_order_of_secrets(outside: Outside) -> OrderView:
    """Run an order whose every secret is known: delivered in part, so that refusals are on disk as well."""
    components = [{"id": each["id"], "benefit": each["id"]} for each in BENEFITS]
    bundle = await outside.publish(components, BENEFITS, hold_for="PT0S")
    key = ImportedKey(cost=1, number=POOL_NUMBER, password=POOL_PASSWORD)
    await outside.stock_pool("planted", key, connection="own-stock")
    document = outside.order(
        bundle,
        buyer={"ref": BURIED},
        recipients={"shared": {"type": "phone", "value": PHONE}},
        context={"device": DEVICE},
    )
    view = await outside.fulfil(document)
    assert view.state == "partial"
    return view


async def issued(stack: Stack) -> list[str]:
    """Every card number, password and link that the suppliers issued, and what is secret in a link."""
    found: list[str] = []
    async with httpx.AsyncClient() as http:
        for url in stack.info.simulators.values():
            ledger: dict[str, Any] = (await http.get(f"{url}/_admin/ledger")).json()
            for sale in ledger["sales"]:
                for credential in sale["credentials"]:
                    found += [credential["number"], credential["password"]]
    return found + [link.rpartition("/")[2] for link in found if link.startswith("http")]
