"""Orders of a year that are asleep, and the minute in which the next release of them all falls due.

    python -m bench.storm [--orders 10000] [--in-flight 40]

Tells the memory of worker and Temporal for a thousand open orders, how long it takes until the last of the
releases is delivered, and what place the orders of another channel had meanwhile.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.contestants.perkflow import CHANNEL, Perkflow, order_of, perkflow
from bench.contestants.shop import YEAR
from bench.crowds.beside import in_words, other_channel, places
from bench.isolation import keep_quiet
from bench.measuring.counts import session_on
from bench.measuring.load import drive
from bench.measuring.meter import resident_bytes
from bench.report import RESULTS, write
from starter import process

MB = 1 << 20
TRIED = 40
"""Orders that are placed first, to know how long the others will take."""
SLACK = 1.5
DUE_AFTER = timedelta(days=30)
"""Between placing and the first release; the orders say that they were placed as long before."""
LATEST = timedelta(minutes=60)
DONE = """
    SELECT count(*), max(d.delivered_at) FROM deliveries d JOIN orders o ON o.id = d.order_id
    WHERE o.channel = %s AND d.release = 1 AND d.state = 'delivered'
"""


async def main(orders: int, in_flight: int, results: Path) -> int:
    """Put them to sleep, wake them all, print and write; the exit code."""
    keep_quiet()
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="perkflow-storm-") as folder:
        async with perkflow(Path(folder) / "perkflow", console.print) as ours:
            found = await storm(ours, orders, in_flight, console)
    print(in_words(found["beside"]))
    write("storm", found, results)
    return 0 if found["delivered"] == orders else 1


async def storm(ours: Perkflow, orders: int, in_flight: int, console: Console) -> dict[str, Any]:
    """What became of it."""
    each = await _tried(ours, in_flight)
    before = _memory(ours)
    due = datetime.now(UTC) + timedelta(seconds=each * orders * SLACK + 30)
    console.print(f"placing takes until about {due:%H:%M:%S} UTC, and then all fall due")
    await _asleep(ours, "year", orders, in_flight, due - DUE_AFTER)
    if datetime.now(UTC) > due:
        raise SystemExit("they fell due before the last of them was placed: the machine was too busy")
    held = {name: after - before[name] for name, after in _memory(ours).items()}
    a_thousand = {f"{name}_mb_a_thousand": round(held[name] / MB / orders * 1000, 1) for name in held}
    console.print(f"{orders} orders asleep: {a_thousand}")
    await asyncio.sleep(max((due - datetime.now(UTC)).total_seconds() - 5, 0))
    async with other_channel(ours) as beside:
        delivered, last = await _until_delivered(ours, orders, due + LATEST)
    took = (last - due).total_seconds()
    console.print(f"{delivered} of {orders} releases that fell due at once delivered {took:.0f} s later")
    return {
        "orders": orders,
        **a_thousand,
        "delivered": delivered,
        "seconds": round(took, 1),
        "releases_per_s": round(delivered / took, 1),
        "beside": await places(ours, beside, orders),
    }


async def _tried(ours: Perkflow, in_flight: int) -> float:
    """Seconds that it takes to place one, of some that fall due in a month."""
    began = time.perf_counter()
    await _asleep(ours, "tried", TRIED, in_flight, datetime.now(UTC))
    return (time.perf_counter() - began) / TRIED


async def _asleep(ours: Perkflow, name: str, orders: int, in_flight: int, placed_at: datetime) -> None:
    numbers = iter(range(orders))

    async def one() -> None:
        await ours.desk.place(order_of(YEAR, f"{name}-{next(numbers):06d}", placed_at=placed_at))

    await drive(one, orders, in_flight)


async def _until_delivered(ours: Perkflow, orders: int, latest: datetime) -> tuple[int, datetime]:
    while True:
        async with await session_on(ours.database_url) as session:
            asked = await session.execute(DONE, [CHANNEL])
            row: Any = await asked.fetchone()
        if row[0] == orders or datetime.now(UTC) > latest:
            return row[0], row[1]
        await asyncio.sleep(2)


def _memory(ours: Perkflow) -> dict[str, int]:
    return {name: sum(map(resident_bytes, ours.parts[name])) for name in ("worker", "temporal")}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Let the releases of very many orders fall due at once.")
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--in-flight", type=int, default=40, help="orders that are placed at a time")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file that is written")
    given = parser.parse_args()
    process.run(lambda: sys.exit(asyncio.run(main(given.orders, given.in_flight, given.results))))
