"""SIGKILL of the worker at every boundary of a delivery, then a new worker: exactly one sale, each time."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from storage.views.orders import OrderView
from tests.faults.dying_worker import ANSWER, INTENT, NONE, OUTCOME
from tests.support.documents import benefit, offer
from tests.support.places import ROOT
from tests.support.servers.processes import ending
from tests.support.servers.worlds import OwnWorld
from tests.support.world import World

pytestmark = pytest.mark.slow

SENT = "bytes sent"


@asynccontextmanager
async def worker_process(
    variables: Mapping[str, str], boundary: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker process that is polling."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.faults.dying_worker", boundary),
        cwd=ROOT,
        env=variables,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    async with ending(process):
        assert process.stdout is not None
        assert await process.stdout.readline() == b"working\n"
        yield process


async def kill_once_sold(
    world: World, product: str, before: int, process: asyncio.subprocess.Process
) -> None:
    """SIGKILL when the supplier has sold and its answer is still out."""
    ledgers = [supplier.ledger for supplier in world.simulators.values()]
    while True:
        sold = [s for ledger in ledgers for s in ledger.sales() if s.product_code == product]
        if len(sold) > before:
            break
        await asyncio.sleep(0.02)
    process.send_signal(signal.SIGKILL)


async def fulfil_across_a_death(world: World, boundary: str, connection: str, product: str) -> OrderView:
    """Place an order, let its worker die at the boundary, and let a new worker finish it."""
    ledgers = [supplier.ledger for supplier in world.simulators.values()]
    before = len([s for ledger in ledgers for s in ledger.sales() if s.product_code == product])
    async with worker_process(world.variables, boundary) as doomed:
        name = f"{connection}-key"
        bundle = await world.publish(
            [{"id": "video", "benefit": name}], [benefit(name, "key", offer(connection, product))]
        )
        document = world.order(bundle)
        await world.place(document)
        if boundary == SENT:
            await kill_once_sold(world, product, before, doomed)
        assert await doomed.wait() == -signal.SIGKILL
    async with worker_process(world.variables, NONE):
        return await world.finish(document, seconds=90)


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("connection", "product", "hanging"),
    [("kayixin", "1001", "2007"), ("fulu", "10000587", "10000607")],
    ids=["synchronous", "asynchronous"],
)
async def test_one_sale_whenever_the_worker_dies(
    own_world: OwnWorld,
    connection: str,
    product: str,
    hanging: str,
) -> None:
    async def sales_after(boundary: str) -> tuple[str, int, int]:
        name = f"death-{connection}-{boundary.replace(' ', '-')}"
        async with own_world(name) as world:
            code = hanging if boundary == SENT else product
            view = await fulfil_across_a_death(world, boundary, connection, code)
            return view.state, view.deliveries[0].units_delivered, len(world.sales(view))

    boundaries = (INTENT, SENT, ANSWER, OUTCOME)
    outcomes = await asyncio.gather(*(sales_after(boundary) for boundary in boundaries))
    assert dict(zip(boundaries, outcomes, strict=True)) == {
        boundary: ("completed", 1, 1) for boundary in boundaries
    }
