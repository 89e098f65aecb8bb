"""What an order costs in a book of a thousand orders, of a hundred thousand and of a million.

    python -m bench.growth [--sizes 1000,100000,1000000] [--rounds 5] [--orders 40]

Each size is a database of its own on one PostgreSQL, with a Temporal server and workers of its own in this
process; rounds of all sizes take turns. The books are filled with copies (`bench/book/copies.py`), of every
hundred ninety-seven fulfilled and three asleep.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.book.grown import Grown, grown
from bench.isolation import keep_quiet
from bench.measuring.counts import session_on
from bench.report import RESULTS, write
from settings import Settings
from simulator.serving.server import running_simulators
from starter import process
from starter.stack.lock import held
from starter.stack.servers.postgres import running_postgres
from starter.stack.servers.temporal_binary import find_temporal

MB = 1 << 20


async def main(sizes: list[int], rounds: int, orders: int, results: Path) -> int:
    """Fill, measure in turn, print and write; the exit code."""
    keep_quiet()
    say = Console(stderr=True).print
    with tempfile.TemporaryDirectory(prefix="perkflow-growth-") as folder, running_simulators() as suppliers:
        home = Path(folder)
        async with (
            held(home / "lock", busy="in use", wait=None, progress=say) as lock,
            running_postgres(home, lock, say) as postgres,
            AsyncExitStack() as exits,
        ):
            binary = find_temporal(Settings(), say)
            books = []
            for size in sizes:
                say(f"filling a book of {size:,} orders")
                books.append(await grown(exits, binary, postgres.url, suppliers, size))
            for each in books:
                await each.round(5)
                each.times.clear()
            for number in range(rounds):
                for each in books[number % len(books) :] + books[: number % len(books)]:
                    await each.round(orders)
                say(f"round {number + 1} of {rounds}")
            found = {each.orders: await _came_to(each) for each in books}
    _show(found)
    first, last = found[sizes[0]], found[sizes[-1]]
    what = ("placing", "the whole order", "PostgreSQL's CPU, an order")
    ratios = {name: round(last["median_ms"][name] / first["median_ms"][name], 3) for name in what}
    for name, ratio in ratios.items():
        print(f"{name}: {sizes[-1]:,} orders over {sizes[0]:,}: {ratio}")
    came_to = {"orders_a_round": orders, "rounds": rounds, "ratios": ratios, "books": found}
    write("growth", came_to, results)
    return 0


async def _came_to(book: Grown) -> dict[str, Any]:
    async with await session_on(book.url) as session:
        asked = await session.execute("SELECT pg_database_size(current_database())")
        row = await asked.fetchone()
    assert row is not None
    medians = {what: round(statistics.median(times), 2) for what, times in book.times.items()}
    spread = {what: [round(min(times), 2), round(max(times), 2)] for what, times in book.times.items()}
    return {"database_mb": round(row[0] / MB), "median_ms": medians, "spread_ms": spread}


def _show(found: dict[int, dict[str, Any]]) -> None:
    table = Table(title="Medians in ms, in a book of so many orders")
    table.add_column("")
    for size in found:
        table.add_column(f"{size:,}", justify="right")
    for what in next(iter(found.values()))["median_ms"]:
        table.add_row(what, *(f"{each['median_ms'][what]:.1f}" for each in found.values()))
    table.add_row("the database, MB", *(f"{each['database_mb']:,}" for each in found.values()))
    Console().print(table)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure what an order costs in a book that has grown.")
    parser.add_argument("--sizes", default="1000,100000,1000000", help="orders in each book, with commas")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--orders", type=int, default=40, help="orders of one round")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file that is written")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    process.run(lambda: sys.exit(asyncio.run(main(sizes, given.rounds, given.orders, given.results))))
