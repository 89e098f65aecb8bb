"""`perkflow pool import` lets go on what waits for the keys, from another process than the workers'."""

from pathlib import Path

import pytest

from storage.supply.pool_stock import ImportedKey
from tests.cli.stacks import Stack
from tests.support.documents import benefit, offer
from tests.support.servers.deployment import CONNECTIONS


async def test_an_import_serves_the_order_that_waits_and_says_how_many_go_on(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "connections.yaml").write_text(CONNECTIONS)
    monkeypatch.setenv("PERKFLOW_CONNECTIONS", str(tmp_path / "connections.yaml"))
    scarce = benefit("cli-stock", "key", offer("pool", "cli-stock"))
    await stack.world.stock_pool("cli-stock", *(ImportedKey(cost=1, number=f"cli-stock-{n}") for n in (1, 2)))
    bundle = await stack.world.publish([{"id": "b", "benefit": "cli-stock", "quantity": 3}], [scarce])
    first, later = stack.world.order(bundle), stack.world.order(bundle)
    await stack.world.place(first)
    await stack.world.until(first, lambda order: order.state == "held")
    (tmp_path / "more.csv").write_text("number,password,link,expires_at,cost\nCLI-STOCK-3-NEW,,,,1000\n")
    ran = await stack.pool("import", "pool", "cli-stock", tmp_path / "more.csv")
    assert (ran.exit_code, ran.out) == (
        0,
        "pool/cli-stock: 1 keys added, 0 known already; 1 held for them go on.\n",
    )
    await stack.world.place(later)
    await stack.world.until(first, lambda order: order.deliveries[0].state == "delivered")
    held = await stack.world.until(later, lambda order: order.state == "held")
    assert held.deliveries[0].hold_reason == "out_of_stock"
