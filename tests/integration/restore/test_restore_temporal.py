"""The other restore drill: Temporal's file put back to a copy minutes old. The book decides."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from temporalio.client import Client

from activities.runs.adopt import lost_orders
from activities.runs.start import adopt
from domain.fulfilment.states import DeliveryState as D
from starter.codec import data_converter
from starter.stack.lock import held
from starter.stack.servers.temporal_server import running_temporal
from storage.supply.pool_stock import ImportedKey
from tests.integration.restore.test_restore import BENEFITS, SOON, got
from tests.support.servers.stacks import tell
from tests.support.world import World, working
from workflows.search_attributes import ALL

pytestmark = pytest.mark.slow


@asynccontextmanager
async def on_its_file(world: World, binary: Path, home: Path) -> AsyncIterator[World]:
    """The world with workers, on a Temporal server that keeps its state in `home`."""
    async with (
        held(home / "lock", busy="in use", wait=None, progress=tell) as lock,
        running_temporal(binary, home, lock, tell, search_attributes=ALL, port=0, ui_port=0) as server,
    ):
        client = await Client.connect(server.address, data_converter=data_converter(world.vault))
        there = replace(world, client=client)
        async with working(there.workers()):
            yield there


@pytest.mark.timeout(300)
async def test_temporals_file_put_back_to_a_copy_buys_nothing_twice(
    world: World, temporal_binary: Path, tmp_path: Path
) -> None:
    await world.stock_pool("gift", ImportedKey(cost=1, number="t-1", password="p-1"))
    bundle = await world.publish(
        [
            {"id": "now", "benefit": "now-key", "release": SOON},
            {"id": "second", "benefit": "second-key", "release": SOON},
            {"id": "gift", "benefit": "pool-key", "release": SOON},
            {"id": "later", "benefit": "now-key", "release": {"after": "PT20S"}},
        ],
        BENEFITS,
        hold_for="P1D",
    )
    home, document, forgotten = tmp_path / "home", world.order(bundle), world.order(bundle, quantity=2)
    home.mkdir()
    async with on_its_file(world, temporal_binary, home) as there:
        await there.place(document)
    shutil.copytree(home / "temporal", tmp_path / "copy")
    async with on_its_file(world, temporal_binary, home) as there:
        await there.place(forgotten)
        before = await there.until(document, got("now", "second", "gift"))
    shutil.rmtree(home / "temporal")
    shutil.copytree(tmp_path / "copy", home / "temporal")

    async with on_its_file(world, temporal_binary, home) as there:
        async for order in lost_orders(there.client, there.database):
            await adopt(there.client, order)
        after = await there.finish(document)
        other = await there.until(forgotten, lambda order: order.deliveries[3].state == D.DELIVERED)
    assert [d.state for d in after.deliveries] == [D.DELIVERED] * 4
    assert [len(d.attempts) for d in after.deliveries] == [1, 2, 1, 1]
    assert {sale.order_number for sale in world.sales(before)} < {
        sale.order_number for sale in world.sales(after)
    }
    assert len(world.sales(after)) == 3
    assert [d.state for d in other.deliveries] == [D.DELIVERED, D.DELIVERED, D.HELD, D.DELIVERED]
    assert len(world.sales(other)) == 3
