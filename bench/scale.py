"""How many machines an amount of orders needs, computed from `bench/results.json`.

    python -m bench.scale          # prints it
    python -m bench.scale --write  # writes it into docs/scale.md

What one order costs is measured; that twice as many cost twice as much is assumed, and docs/scale.md says at
which step that ends.
"""

import argparse
import math
from dataclasses import dataclass
from pathlib import Path

from bench.pages.blocks import DOCS, rewrite, table
from bench.pages.measured import Measured
from bench.report import RESULTS

BUSY = 0.6
"""How much of a core is planned to be used at the peak."""
CORES = 8
"""Of one machine."""
DOLLARS_A_MILLION = 50
"""For a million actions of Temporal Cloud: an assumption, to be replaced by that of one's own contract."""
RETENTION_DAYS = 90
GB = 1e9
PARTS = ("worker", "temporal", "postgres", "gateway", "client")
SHAPES = {"sync": "three keys at once", "joint": "a joint membership"}


@dataclass(frozen=True)
class Load:
    """What is to be served: at the peak, and over a whole day."""

    name: str
    a_second: float
    a_day: float


LOADS = (Load("50,000 a day, peak 50/s", 50, 50_000), Load("1,000/s, all day", 1000, 86_400_000))


@dataclass(frozen=True)
class Need:
    """What a load needs, for one shape of order."""

    cores: dict[str, float]
    """By part, with reserve."""
    processes: int
    """Of the worker: a Python process uses one core."""
    machines: int
    commits: float
    """Writing ones, a second at the peak."""
    statements: float
    actions: float
    """A day."""
    book_gb: float
    """A day."""
    events: float
    """Rows, a day."""
    history_gb: float
    """In Temporal, once the retention is full."""

    @property
    def dollars(self) -> float:
        """Of a day, if Temporal is bought."""
        return self.actions / 1e6 * DOLLARS_A_MILLION


def need(measured: Measured, shape: str, load: Load) -> Need:
    """What a load of orders of this shape needs."""
    spent = measured.cpu_ms(shape)
    cores = {part: load.a_second * spent.get(part, 0.0) / 1000 / BUSY for part in PARTS}
    counted = measured.census(shape)
    return Need(
        cores=cores,
        processes=math.ceil(cores["worker"]),
        machines=sum(math.ceil(each / CORES) for each in cores.values() if each),
        commits=load.a_second * measured.median(shape, "writing_commits"),
        statements=load.a_second * counted["statements"],
        actions=load.a_day * counted["actions"],
        book_gb=load.a_day * bytes_of_an_order(measured) / GB,
        events=load.a_day * counted["events_in_the_book"],
        history_gb=load.a_day * RETENTION_DAYS * counted["history_bytes"] / GB,
    )


def bytes_of_an_order(measured: Measured) -> float:
    """In the book, with its indexes, from how much it grew between the smallest and the largest measured."""
    books = {int(size): each["database_mb"] for size, each in measured.parts["growth"]["books"].items()}
    fewest, most = min(books), max(books)
    return float((books[most] - books[fewest]) * 2**20 / (most - fewest))


def page_block(measured: Measured) -> str:
    """The table of docs/scale.md."""
    needs = [(load, shape, need(measured, shape, load)) for load in LOADS for shape in SHAPES]
    head = ["", *(f"{load.name}: {SHAPES[shape]}" for load, shape, _ in needs)]
    rows = [
        [f"{part}, cores at the peak", *(_cores(each.cores[part]) for _, _, each in needs)] for part in PARTS
    ]
    rows += [
        ["worker processes", *(f"{each.processes:,}" for _, _, each in needs)],
        [f"machines of {CORES} cores", *(f"{each.machines:,}" for _, _, each in needs)],
        ["writing commits a second", *(f"{each.commits:,.0f}" for _, _, each in needs)],
        ["statements a second", *(f"{each.statements:,.0f}" for _, _, each in needs)],
        ["rows of `events` a day, millions", *(f"{each.events / 1e6:,.1f}" for _, _, each in needs)],
        ["the book grows by, GB a day", *(f"{each.book_gb:,.1f}" for _, _, each in needs)],
        [
            f"histories in Temporal after {RETENTION_DAYS} days, GB",
            *(f"{each.history_gb:,.0f}" for _, _, each in needs),
        ],
        ["Temporal actions a day, millions", *(f"{each.actions / 1e6:,.1f}" for _, _, each in needs)],
        [f"at ${DOLLARS_A_MILLION} a million, $ a day", *(f"{each.dollars:,.0f}" for _, _, each in needs)],
    ]
    return f"{table(head, rows)}\n\nMeasured on {measured.where()}; the book on {measured.where('growth')}."


def _cores(cores: float) -> str:
    return f"{cores:,.1f}" if cores < 100 else f"{cores:,.0f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Compute how many machines an amount of orders needs.")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--write", action="store_true", help="write it into docs/scale.md")
    given = parser.parse_args()
    found = page_block(Measured.read(given.results))
    if given.write:
        rewrite(DOCS / "scale.md", {"bench.scale": found})
    else:
        print(found)
