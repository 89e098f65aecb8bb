"""SIGKILL of the worker and a restart of the server in the middle of a plan: the same is delivered, once."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from temporalio.client import Client

from domain.contract.order import OrderDocument
from domain.fulfilment.states import DeliveryState
from domain.keys import supplier_key
from starter.codec import data_converter
from starter.stack.lock import held
from starter.stack.servers.temporal_server import running_temporal
from storage.supply.pool_stock import ImportedKey
from storage.tables import PoolKey
from storage.views.orders import OrderView
from tests.faults.dying_worker import NONE
from tests.faults.test_killed_worker import worker_process
from tests.support.documents import benefit, offer
from tests.support.servers.stacks import tell
from tests.support.servers.worlds import OwnWorld
from tests.support.world import World
from workflows.search_attributes import ALL

pytestmark = pytest.mark.slow

TIMES = 12
BENEFITS = [
    benefit("card", "key", offer("kayixin", "1001")),
    benefit("link", "link", offer("fulu", "10000588")),
    benefit("charge", "recharge", offer("kayixin", "1006"), account="phone"),
    benefit("ours", "key", offer("pool", "ours")),
]
EVERY = {"every": "PT1S", "times": TIMES}
IN_TIME = {"by": "P1D", "otherwise": "refund"}
COMPONENTS: list[dict[str, Any]] = [
    {"id": "video", "benefit": "card", "release": EVERY},
    {"id": "phone", "benefit": "charge", "release": {"after": "PT3S", **EVERY}},
    {"id": "coffee", "benefit": "link", "release": {**EVERY, **IN_TIME, "when": "delivered(video, 3)"}},
    {"id": "gift", "benefit": "ours", "needs": ["coffee"], "release": EVERY, "quantity": 2},
    {"id": "last", "benefit": "card", "release": {**EVERY, **IN_TIME, "when": "delivered(video, 9)"}},
]
PRODUCTS = ["1001", "1006", "10000588", "ours", "1001"]
ENOUGH = 20
"""So many of the 60 are delivered when the worker is killed."""
Delivered = tuple[str, int, str, int, int]
"""Component, release, product, units, and how many sales it took."""


@asynccontextmanager
async def serving(
    world: World, binary: Path, home: Path
) -> AsyncIterator[tuple[World, asyncio.subprocess.Process]]:
    """The world on a server that keeps its state in `home`, and a worker process of it."""
    async with (
        held(home / "lock", busy="in use", wait=None, progress=tell) as lock,
        running_temporal(binary, home, lock, tell, search_attributes=ALL, port=0, ui_port=0) as server,
    ):
        client = await Client.connect(server.address, data_converter=data_converter(world.vault))
        variables = {**world.variables, "TEMPORAL_ADDRESS": server.address}
        async with worker_process(variables, NONE) as worker:
            yield replace(world, client=client), worker


async def ledger_of(world: World, document: OrderDocument) -> list[Delivered]:
    """What suppliers and the pool say was sold for an order, under any key that it could have used."""
    keys = {
        supplier_key(document.channel, document.order_no, component["id"], release, 1, attempt): (
            component["id"],
            release,
        )
        for component in COMPONENTS
        for release in range(1, TIMES + 2)
        for attempt in range(1, 6)
    }
    ledgers = [supplier.ledger for supplier in world.simulators.values()]
    sold = [(s.number, s.product_code, s.quantity, s.order_number) for each in ledgers for s in each.sales()]
    async with world.database.transaction() as session:
        issued = await session.scalars(select(PoolKey).where(PoolKey.purchase_key.is_not(None)))
        sold += [(str(row.purchase_key), row.product, 1, str(row.purchase_key)) for row in issued]
    found: dict[tuple[str, int, str], tuple[int, set[str]]] = {}
    for key, product, units, number in sold:
        if key in keys:
            before, numbers = found.get((*keys[key], product), (0, set()))
            found[(*keys[key], product)] = before + units, numbers | {number}
    return sorted((*which, units, len(numbers)) for which, (units, numbers) in found.items())


def delivered(view: OrderView) -> int:
    """How many deliveries of an order are delivered."""
    return [each.state for each in view.deliveries].count(DeliveryState.DELIVERED)


@pytest.mark.timeout(400)
async def test_a_plan_whose_worker_was_killed_and_whose_server_restarted_delivers_the_same(
    own_world: OwnWorld, temporal_binary: Path, tmp_path: Path
) -> None:
    async with own_world("killed-plan") as world:
        await world.stock_pool(
            "ours", *(ImportedKey(cost=1, number=f"n{i}", password="p") for i in range(60))
        )
        bundle = await world.publish(COMPONENTS, BENEFITS, hold_for="P1D")
        shared = {"shared": {"type": "phone", "value": "13800000001"}}
        calm, disturbed = (world.order(bundle, recipients=shared) for _ in range(2))

        async with serving(world, temporal_binary, tmp_path) as (there, worker):
            await there.place(calm)
            undisturbed = await there.finish(calm, seconds=150)
            await there.place(disturbed)
            await there.until(disturbed, lambda view: delivered(view) >= ENOUGH)
            worker.send_signal(signal.SIGKILL)
            assert await worker.wait() == -signal.SIGKILL
            before = delivered(await there.read(disturbed))
        async with serving(world, temporal_binary, tmp_path) as (there, _):
            view = await there.finish(disturbed, seconds=200)
        print(f"killed after {before} of {len(view.deliveries)}")
        wanted, got = await ledger_of(world, calm), await ledger_of(world, disturbed)

    assert wanted == sorted(
        (part["id"], release, product, part.get("quantity", 1), 1)
        for part, product in zip(COMPONENTS, PRODUCTS, strict=True)
        for release in range(1, TIMES + 1)
    )
    assert got == wanted
    assert (undisturbed.state, view.state) == ("completed", "completed")
    assert ENOUGH <= before < len(wanted)
