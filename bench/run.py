"""Perkflow beside what Temporal costs at least, and beside DBOS, in interleaved rounds of one run.

    python -m bench.run [--rounds 5] [--orders 100] [--in-flight 60] [--alone 20] [--only sync,tuned_floor]
                        [--asleep 1000] [--faults 200]

Writes `bench/results.json`. Numbers of one machine are compared within one run only. Then the same code goes
through a fault run, whose violations stand below; `--faults 0` leaves it out.
"""

import argparse
import asyncio
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from rich.console import Console
from temporalio.runtime import Runtime, TelemetryConfig

from bench.contestants.contestant import Contestant
from bench.contestants.dbos import dbos
from bench.contestants.floor import floor_as_it_comes, floor_tuned
from bench.contestants.perkflow import Perkflow, perkflow
from bench.measuring.census import census
from bench.measuring.faults import fault_run, show_faults
from bench.measuring.meter import resident_bytes
from bench.measuring.rounds import Round, Size, one_round
from bench.report import RESULTS, Asleep, Report, write
from bench.tables import show
from settings import Settings
from starter import process
from starter.stack.lock import held
from starter.stack.servers.temporal_binary import find_temporal

OLDER = Path(sys.prefix) / "temporal-1.29" / "bin" / "temporal"
"""The server that the older measurements were made on."""
MB = 1 << 20


async def main(rounds: int, size: Size, asleep: int, only: frozenset[str], faults: int, results: Path) -> int:
    """Measure, print and write; the exit code."""
    say = Console(stderr=True).print

    def wanted(name: str) -> bool:
        return not only or name in only

    with tempfile.TemporaryDirectory(prefix="perkflow-bench-") as folder:
        home = Path(folder)
        async with AsyncExitStack() as running:
            lock = await running.enter_async_context(
                held(home / "lock", busy="in use", wait=None, progress=say)
            )
            shipped = find_temporal(Settings(), say)
            contestants: list[Contestant] = []
            floors = {
                "default_floor_1_29": ("floor, all defaults, server 1.29.1", OLDER),
                "default_floor": ("floor, all defaults, our server", shipped),
            }
            for name, (title, binary) in floors.items():
                if wanted(name) and not is_there(binary):
                    say(f"left out: {title}; `make bench` installs it")
                elif wanted(name):
                    contestants.append(
                        await running.enter_async_context(
                            floor_as_it_comes(name, title, binary, home, lock, say)
                        )
                    )
            if wanted("tuned_floor"):
                contestants.append(await running.enter_async_context(floor_tuned(shipped, home, lock, say)))
            ours = await running.enter_async_context(perkflow(home / "perkflow", say))
            contestants += [shape for shape in ours.shapes if wanted(shape.name)]
            if wanted("dbos"):
                beside = dbos(
                    ours.database_url,
                    ours.parts["postgres"],
                    ours.parts["suppliers"],
                    ours.home / "connections.yaml",
                    home / "logs" / "dbos.log",
                )
                contestants.append(await running.enter_async_context(beside))
            log = home / "perkflow/logs/postgres.log"
            shapes = [*ours.shapes, *ours.sizes]
            counted = await census(shapes, ours.connected.temporal, ours.database_url, log)
            found = await _measure(contestants, rounds, size)
            sleeping = await _asleep(ours, asleep) if asleep else None
            titles = {each.name: each.title for each in (*contestants, *shapes)}
    report = Report(titles, found, counted, sleeping, {"rounds": rounds, **vars(size)})
    console = Console(width=150)
    show(report, console)
    write("speed", report.as_json(), results)
    if not faults:
        return 0
    found_at_fault = await fault_run(faults)
    show_faults(found_at_fault, console)
    write("faults", found_at_fault, results)
    return 0 if found_at_fault["good"] else 1


def is_there(binary: Path) -> bool:
    """Whether this server is installed."""
    return binary.exists()


async def _measure(contestants: list[Contestant], rounds: int, size: Size) -> dict[str, list[Round]]:
    """Rounds of all in turn, the first of which only warms up; each begins with another."""
    found: dict[str, list[Round]] = {each.name: [] for each in contestants}
    for each in contestants:
        await each.drive(size.in_flight, size.in_flight)
    for number in range(rounds):
        turned = contestants[number % len(contestants) :] + contestants[: number % len(contestants)]
        for each in turned:
            one = await one_round(each, size)
            found[each.name].append(one)
            print(
                f"round {number + 1} of {rounds}: {each.title}: {one.orders_per_s:.1f} orders/s",
                file=sys.stderr,
                flush=True,
            )
    return found


async def _asleep(ours: Perkflow, orders: int) -> Asleep:
    """What so many open orders add to the memory of the worker and of Temporal."""
    [worker], [temporal] = ours.parts["worker"], ours.parts["temporal"]
    before = resident_bytes(worker), resident_bytes(temporal)
    await ours.fall_asleep(orders)
    return Asleep(
        orders,
        (resident_bytes(worker) - before[0]) / MB,
        (resident_bytes(temporal) - before[1]) / MB,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure Perkflow beside its floor and beside DBOS.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--orders", type=int, default=100, help="orders of one round under load")
    parser.add_argument("--in-flight", type=int, default=60)
    parser.add_argument("--alone", type=int, default=20, help="orders of one round, one after the other")
    parser.add_argument("--asleep", type=int, default=1000, help="orders that sleep, for their memory")
    parser.add_argument("--faults", type=int, default=200, help="orders of the fault run; 0 leaves it out")
    parser.add_argument("--only", default="", help="names of contestants, with commas")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file that is written")
    given = parser.parse_args()
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=None)))
    size = Size(given.orders, given.in_flight, given.alone)
    chosen = frozenset(filter(None, given.only.split(",")))
    process.run(
        lambda: sys.exit(
            asyncio.run(main(given.rounds, size, given.asleep, chosen, given.faults, given.results))
        )
    )
