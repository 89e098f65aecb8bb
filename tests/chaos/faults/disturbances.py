"""What is broken while orders run: processes, servers and runs, on a seeded schedule."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from temporalio.service import RPCError

from simulator.faults.kinds import DOWN
from simulator.serving.running import RunningSupplier
from tests.chaos.stack.connections import BOUGHT_FROM
from tests.chaos.stack.ground import Ground

BUSY = 5
"""After so many sales since it was looked last, workers are busy buying."""
IDLE = 20.0
"""After so many seconds in which nobody bought, one more order is placed."""
Buy = Callable[[], Awaitable[None]]


async def disturb(ground: Ground, seed: int, *, rounds: int, pause: float, buy: Buy) -> None:
    """So many rounds; each kills a worker, and every round kills a server, stops a database or ends a run."""
    chance = random.Random(f"disturbances:{seed}")
    for number in range(rounds):
        await asyncio.sleep(pause * chance.uniform(0.6, 1.4))
        await kill_worker(ground, chance)
        await asyncio.sleep(pause * 0.5)
        match number % 3:
            case 0:
                await ground.kill_temporal(chance.uniform(0.5, 2))
            case 1:
                await ground.stop_database(chance.uniform(1, 3))
            case _:
                supplier = chance.choice([ground.simulators[name] for name in BOUGHT_FROM])
                await take_down(supplier, chance.uniform(3, 6), buy)
                ground.count("suppliers down")
        await end_a_run(ground, chance)


async def take_down(supplier: RunningSupplier, seconds: float, buy: Buy) -> None:
    """Take a supplier down until somebody has noticed, and for so long from then."""
    before, quiet = _refused(supplier), 0.0
    supplier.down_for(seconds)
    while _refused(supplier) == before:
        await asyncio.sleep(0.5)
        quiet += 0.5
        if quiet % IDLE == 0:
            await buy()
        supplier.down_for(seconds)


def _refused(supplier: RunningSupplier) -> int:
    return sum(fault.kind == DOWN for fault in supplier.ledger.faults.all())


async def kill_worker(ground: Ground, chance: random.Random) -> None:
    """Kill a worker and start another."""
    await ground.processes.kill_worker(chance)
    ground.count("worker kills")


async def kill_at_work(ground: Ground, seed: int, times: int, *, buy: Buy) -> None:
    """Kill a worker so many times, each at a moment when purchases are under way."""
    chance, left, before, quiet = random.Random(f"kills:{seed}"), times, _sold(ground), 0.0
    while left:
        await asyncio.sleep(0.05)
        quiet += 0.05
        if _sold(ground) >= before + BUSY:
            await kill_worker(ground, chance)
            left, before, quiet = left - 1, _sold(ground), 0.0
        elif quiet > IDLE:
            quiet = 0.0
            await buy()


def _sold(ground: Ground) -> int:
    return sum(len(each.ledger.sales()) for each in ground.simulators.values())


async def end_a_run(ground: Ground, chance: random.Random) -> None:
    """Terminate or cancel a random run, as somebody may in the UI."""
    try:
        running = [run async for run in ground.client.list_workflows("ExecutionStatus = 'Running'", limit=40)]
        orders = [run for run in running if run.id.startswith(("order/", "case/"))]
        if not orders:
            return
        handle = ground.client.get_workflow_handle(chance.choice(orders).id)
        if chance.random() < 0.7:
            await handle.terminate("by mistake")
        else:
            await handle.cancel()
        ground.count("runs ended by mistake")
    except RPCError:
        return
