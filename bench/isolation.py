"""What one supplier that hangs costs the orders of another, in the same worker process.

    python -m bench.isolation [--rounds 6] [--orders 60]

Rounds without and with the hanging supplier take turns on the same servers (those of the tests). With it,
twice as many purchases are due there as it has slots: every slot holds a call that hangs from before the
round until after it, and the rest wait. No call ends in between, so its circuit stays closed: what is
measured are the slots. Exits 1 when the 95th percentile grows by more than half.
"""

import argparse
import asyncio
import logging
import statistics
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from bench.measuring.hanging import HangingServer, hanging_server
from bench.report import write
from domain.contract.bundle import Bundle
from settings import Settings
from simulator.serving.server import running_simulators
from starter import process
from starter.stack.lock import held
from starter.stack.servers.postgres import running_postgres
from starter.stack.servers.temporal_binary import find_temporal
from tests.support.documents import benefit, offer
from tests.support.servers.worlds import world_of_its_own
from tests.support.world import World, working
from worker import CALLS_PER_QUEUE

GOOD = benefit("good", "key", offer("kayixin", "1001"))
HANGING = benefit("hanging", "key", offer("fulu", "10000587"))
DUE_THERE = 2 * CALLS_PER_QUEUE
MOST = 1.5
UNHINDERED = {"max_per_second": 1000.0}
"""No queue's rate limit, which would hide what the suppliers cost each other."""
PATIENT = {"timeout": timedelta(seconds=90), "absence_after": timedelta(seconds=90), **UNHINDERED}


@dataclass
class Measured:
    """Seconds from placing to delivery, of every order of the good supplier."""

    alone: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)


async def main(rounds: int, orders: int) -> int:
    """Measure, print and write the result; the exit code."""
    keep_quiet()
    say = Console(stderr=True).print
    with tempfile.TemporaryDirectory(prefix="perkflow-") as folder, running_simulators() as suppliers:
        home = Path(folder)
        async with (
            hanging_server() as server,
            held(home / "lock", busy="in use", wait=None, progress=say) as lock,
            running_postgres(home, lock, say) as postgres,
        ):
            binary = find_temporal(Settings(), say)
            async with world_of_its_own(binary, postgres.url, suppliers, "isolation") as world:
                good, hanging = world.connections["kayixin"], world.connections["fulu"]
                world.connections = {
                    "kayixin": good.model_copy(update=UNHINDERED),
                    "fulu": hanging.model_copy(update={**PATIENT, "gateway": server.url}),
                }
                async with working(world.workers()):
                    measured = await measure(world, server, rounds, orders)
    return tell(measured, orders)


def keep_quiet() -> None:
    """Keep Temporal from telling of every purchase that a round ends under way."""
    logging.getLogger("temporalio").setLevel(logging.CRITICAL)
    errors = LoggingConfig(filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"))
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=errors)))


async def measure(world: World, server: HangingServer, rounds: int, orders: int) -> Measured:
    """Rounds of both kinds in turn; which comes first takes turns too."""
    good, hanging = await publish(world, GOOD), await publish(world, HANGING)
    await fulfil(world, good, orders)  # warms up
    measured = Measured()
    for number in range(rounds):
        for beside in (False, True) if number % 2 == 0 else (True, False):
            if beside:
                measured.beside += await fulfil_beside(world, server, good, hanging, orders)
            else:
                measured.alone += await fulfil(world, good, orders)
        so_far = f"{p95(measured.alone):.2f} s alone, {p95(measured.beside):.2f} s beside"
        print(f"round {number + 1} of {rounds}: {so_far}", file=sys.stderr)
    return measured


async def publish(world: World, of: dict[str, Any]) -> Bundle:
    """A bundle of this one benefit."""
    return await world.publish([{"id": of["id"], "benefit": of["id"]}], [of], hold_for="P1D")


async def fulfil(world: World, bundle: Bundle, count: int) -> list[float]:
    """Place so many orders at once; seconds from placing to delivery of each."""

    async def one() -> float:
        document = world.order(bundle)
        placed = datetime.now(UTC)
        view = await world.fulfil(document)
        delivered = view.deliveries[0].delivered_at
        assert delivered is not None, view.deliveries[0].note
        return (delivered - placed).total_seconds()

    return list(await asyncio.gather(*(one() for _ in range(count))))


async def fulfil_beside(
    world: World, server: HangingServer, good: Bundle, hanging: Bundle, count: int
) -> list[float]:
    """The same while every slot of the other supplier holds a call that hangs."""
    documents = [world.order(hanging) for _ in range(DUE_THERE)]
    taken = server.taken
    await asyncio.gather(*(world.place(document) for document in documents))
    await server.until_waiting(CALLS_PER_QUEUE)
    seconds = await fulfil(world, good, count)
    held_all_along = server.waiting == server.taken - taken == CALLS_PER_QUEUE
    assert held_all_along, "a call ended during the round, so that not every slot was held"
    for document in documents:
        await world.run_of(document).terminate("measured")
    await server.until_waiting(0)
    return seconds


def p95(seconds: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(seconds, n=20)[-1]


def tell(measured: Measured, orders: int) -> int:
    """Print and write what was measured."""
    ratio = p95(measured.beside) / p95(measured.alone)
    kinds = {"alone": measured.alone, f"beside {DUE_THERE} purchases that hang": measured.beside}
    table = Table(title="One supplier hangs: how long the other's orders take")
    for column in ("", "median s", "p95 s", "orders"):
        table.add_column(column, justify="right" if column else "left")
    for name, seconds in kinds.items():
        table.add_row(name, f"{statistics.median(seconds):.2f}", f"{p95(seconds):.2f}", str(len(seconds)))
    Console().print(table)
    print(f"ratio of the 95th percentiles: {ratio:.2f} (at most {MOST})")
    result = {
        "orders_per_round": orders,
        "slots": CALLS_PER_QUEUE,
        "hanging": DUE_THERE,
        "p95_alone_s": p95(measured.alone),
        "p95_beside_s": p95(measured.beside),
        "ratio": ratio,
        "at_most": MOST,
    }
    write("isolation", result)
    return 0 if ratio <= MOST else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure what a hanging supplier costs another's orders.")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--orders", type=int, default=60)
    given = parser.parse_args()
    process.run(lambda: sys.exit(asyncio.run(main(given.rounds, given.orders))))
