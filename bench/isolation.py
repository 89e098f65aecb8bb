"""What one supplier that hangs costs the orders of another, in the same worker process.

    python -m bench.isolation [--rounds 4] [--orders 60]

Rounds without and with the hanging supplier alternate, on the same servers. With it, twice as many purchases
as it has slots hang until their time is up, and its circuit is kept from opening, so that the slots and not
the circuit are what is measured. Exits 1 when the 95th percentile grows by more than half.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import delete

from settings import Settings
from simulator.faults.plan import FaultPlan, Timing
from simulator.server import running_simulators
from starter.stack.lock import held
from starter.stack.postgres import running_postgres
from starter.stack.temporal_binary import find_or_build
from storage.reading import OrderView
from storage.tables import ConnectionHealth
from tests.support.own_world import world_of_its_own
from tests.support.world import World, benefit, offer, working
from worker import CALLS_PER_QUEUE

RESULTS = Path(__file__).parent / "results.json"
HANGING = benefit("hanging", "key", offer("kayixin", "2006"))
GOOD = benefit("good", "key", offer("fulu", "10000588"))
MOST = 1.5
PATIENT = {"timeout": timedelta(seconds=60), "absence_after": timedelta(seconds=60)}
"""Longer than a round, so that every slot stays taken."""


async def main(rounds: int, orders: int) -> int:
    """Measure, print and write the result; the exit code."""
    say = Console(stderr=True).print
    plan = FaultPlan(1, {}, Timing(hang=600))
    with (
        tempfile.TemporaryDirectory(prefix="perkflow-") as folder,
        running_simulators(faults=plan) as suppliers,
    ):
        home = Path(folder)
        async with (
            held(home / "lock", busy="in use", wait=None, progress=say) as lock,
            running_postgres(home, lock, say) as postgres,
        ):
            binary = await find_or_build(Settings(), say)
            async with world_of_its_own(binary, postgres.url, suppliers, "isolation") as (world, _):
                patient = world.connections["kayixin"].model_copy(update=PATIENT)
                world.connections = {**world.connections, "kayixin": patient}
                async with working(world.workers()):
                    alone, beside = await measure(world, rounds, orders)
    return tell(alone, beside, orders)


async def measure(world: World, rounds: int, orders: int) -> tuple[list[float], list[float]]:
    """Seconds from acceptance to delivery of every good order, without and with the hanging supplier."""
    await fulfil(world, orders)
    alone: list[float] = []
    beside: list[float] = []
    for number in range(rounds):
        alone += await fulfil(world, orders)
        keeping = asyncio.create_task(keep_circuits_closed(world))
        hanging = await place(world, HANGING, 2 * CALLS_PER_QUEUE)
        await asyncio.sleep(1)
        beside += await fulfil(world, orders)
        for view in hanging:
            handle = world.client.get_workflow_handle(f"order/shop/{view.order_no}")
            await handle.terminate("measured")
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        await asyncio.sleep(3)
        so_far = f"{p95(alone):.2f} s alone, {p95(beside):.2f} s beside"
        print(f"round {number + 1} of {rounds}: {so_far}", file=sys.stderr)
    return alone, beside


async def place(world: World, of: dict[str, object], count: int) -> list[OrderView]:
    """Place so many orders of one benefit, all at once."""
    bundle = await world.publish([{"id": str(of["id"]), "benefit": str(of["id"])}], [of], hold_for="P1D")
    documents = [world.order(bundle) for _ in range(count)]
    await asyncio.gather(*(world.place(document) for document in documents))
    return list(await asyncio.gather(*(world.read(document) for document in documents)))


async def fulfil(world: World, count: int) -> list[float]:
    """Seconds from acceptance to delivery of so many good orders."""
    views = await place(world, GOOD, count)
    for view in views:
        await world.client.get_workflow_handle(f"order/shop/{view.order_no}").result()
    done = [await world.read_number(f"shop/{view.order_no}") for view in views]
    return [
        (view.deliveries[0].delivered_at - view.accepted_at).total_seconds()
        for view in done
        if view.deliveries[0].delivered_at is not None
    ]


async def keep_circuits_closed(world: World) -> None:
    """Forget failures as they come."""
    while True:
        async with world.database.transaction() as session:
            await session.execute(delete(ConnectionHealth))
        await asyncio.sleep(0.2)


def p95(seconds: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(seconds, n=20)[-1]


def tell(alone: list[float], beside: list[float], orders: int) -> int:
    """Print and write what was measured."""
    ratio = p95(beside) / p95(alone)
    table = Table(title="One supplier hangs: what the other's orders wait")
    for column in ("", "median s", "p95 s", "orders"):
        table.add_column(column, justify="left" if not column else "right")
    for name, seconds in (("alone", alone), (f"beside {2 * CALLS_PER_QUEUE} hanging calls", beside)):
        table.add_row(name, f"{statistics.median(seconds):.2f}", f"{p95(seconds):.2f}", str(len(seconds)))
    Console().print(table)
    print(f"ratio of the 95th percentiles: {ratio:.2f} (at most {MOST})")
    result = {"p95_alone_s": p95(alone), "p95_beside_s": p95(beside), "ratio": ratio, "orders": orders}
    RESULTS.write_text(json.dumps({"isolation": result}, indent=2) + "\n")
    return 0 if ratio <= MOST else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure what a hanging supplier costs another's orders.")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--orders", type=int, default=60)
    given = parser.parse_args()
    sys.exit(asyncio.run(main(given.rounds, given.orders)))
