"""The picture and the tables of docs/performance.md, from `bench/results.json`.

python -m bench.picture          # prints the tables
python -m bench.picture --write  # writes them, and docs/performance.svg
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from bench.pages.blocks import DOCS, rewrite, table
from bench.pages.drawing import Bar, drawing, shares
from bench.pages.measured import Measured
from bench.report import RESULTS
from bench.tables import PARTS

NOT_YET = "Not measured yet."
TITLES = {
    "default_floor_1_29": "Temporal alone, defaults, 1.29.1",
    "default_floor": "Temporal alone, defaults",
    "tuned_floor": "Temporal alone, our settings",
    "sync": "Perkflow, three keys",
    "joint": "Perkflow, joint membership",
    "dbos": "DBOS, three keys",
    "parts_1": "a bundle of 1",
    "parts_10": "a bundle of 10",
    "parts_50": "a bundle of 50",
}


def picture(measured: Measured) -> str:
    """Orders a second and CPU of an order, side by side for all that ran."""
    rates, spent = [], []
    for name in measured.contestants:
        each = [one["orders_per_s"] for one in measured.rounds(name)]
        median = measured.median(name, "orders_per_s")
        rates.append(Bar(TITLES[name], [median], f"{median:.1f}", (min(each), max(each))))
        cpu = shares(measured.cpu_ms(name), PARTS)
        spent.append(Bar(TITLES[name], cpu, f"{sum(cpu):.0f} ms"))
    return drawing(
        [
            ("Orders a second: the median of the rounds, and from the slowest to the quickest", rates, ()),
            ("CPU of one order, ms, by process", spent, PARTS),
        ]
    )


def blocks(measured: Measured) -> dict[str, str]:
    """The tables of the page, by the names of their places."""
    written: dict[str, tuple[Callable[[Measured], str], set[str]]] = {
        "bench.speed": (_speed, {"speed"}),
        "bench.counts": (_counts, {"speed"}),
        "bench.growth": (_growth, {"growth"}),
        "bench.crowds": (_crowds, {"storm", "burst"}),
        "bench.faults": (_faults, {"faults"}),
    }
    there = set(measured.parts)
    return {name: write(measured) if parts <= there else NOT_YET for name, (write, parts) in written.items()}


def _speed(measured: Measured) -> str:
    head = ["", "orders/s", "p50 ms", "p95 ms", "alone p50", "alone p95", "writing commits", "reading"]
    whats = ("p50_ms", "p95_ms", "alone_p50_ms", "alone_p95_ms")
    rows = []
    for name in measured.contestants:
        row = [TITLES[name], f"{measured.median(name, 'orders_per_s'):.1f}"]
        row += [f"{measured.median(name, what):.0f}" for what in whats]
        for what in ("writing_commits", "reading_commits"):
            counted = measured.rounds(name)[0][what] is not None
            row.append(f"{measured.median(name, what):.1f}" if counted else "")
        rows.append(row)
    ratios = [[f"`{name}`", f"{value}"] for name, value in measured.parts["speed"]["ratios"].items()]
    size = measured.parts["speed"]["size"]
    about = (
        f"{size['rounds']} rounds of {size['orders']} orders, {size['in_flight']} in flight, on "
        f"{measured.where()}."
    )
    return f"{about}\n\n{table(head, rows)}\n\n{table(['ratio', ''], ratios)}"


def _counts(measured: Measured) -> str:
    head = [
        "",
        "statements",
        "activities",
        "history events",
        "history bytes",
        "actions",
        "events in the book",
    ]
    rows = []
    for shape in measured.parts["speed"]["census"]:
        of = measured.census(shape)
        names = ("activities", "events", "history_bytes", "actions", "events_in_the_book")
        rows.append([TITLES[shape], f"{of['statements']:.0f}", *(f"{of[name]:,}" for name in names)])
    return table(head, rows)


def _growth(measured: Measured) -> str:
    found = measured.parts["growth"]
    head = ["ms, in a book of", *(f"{int(size):,}" for size in found["books"])]
    books = list(found["books"].values())
    rows = [[what, *(f"{each['median_ms'][what]:.1f}" for each in books)] for what in books[0]["median_ms"]]
    rows.append(["the database, MB", *(f"{each['database_mb']:,}" for each in books)])
    ratios = ", ".join(f"{what} {ratio}" for what, ratio in found["ratios"].items())
    where = measured.where("growth")
    return f"{table(head, rows)}\n\nThe largest over the smallest: {ratios}. Measured on {where}."


def _crowds(measured: Measured) -> str:
    head = ["of the crowd served before an order of the other channel", "median", "95 %", "most", "crowd"]
    rows = []
    for name, title in (("storm", "releases that fall due at once"), ("burst", "twice what is served")):
        beside = measured.parts[name]["beside"]
        numbers = [beside[f"served_before_{what}"] for what in ("median", "p95", "most")]
        rows.append([title, *(f"{each:.0f}" for each in numbers), f"{beside['crowd']:,}"])
    storm, burst = measured.parts["storm"], measured.parts["burst"]
    answers = ", ".join(f"{count:,} {how}" for how, count in burst["answers"].items())
    return (
        f"{table(head, rows)}\n\n"
        f"The storm: {storm['orders']:,} orders of a year, asleep, take {storm['worker_mb_a_thousand']} MB "
        f"of the worker and {storm['temporal_mb_a_thousand']} MB of Temporal for a thousand. Their releases "
        f"were delivered {storm['seconds']} s after they fell due, {storm['releases_per_s']} a second "
        f"({measured.where('storm')}).\n\n"
        f"The burst: {burst['served_a_second']} orders a second are served; of {burst['handed_in']:,} handed "
        f"in at {burst['rate']} a second: {answers}. Receipts took {burst['receipt_p50_s']} s, 95 % of them "
        f"at most {burst['receipt_p95_s']} s. In the end {burst['keys_sold']:,} keys were sold for "
        f"{burst['orders']:,} orders ({measured.where('burst')})."
    )


def _faults(measured: Measured) -> str:
    found = measured.parts["faults"]
    rows = [[what, str(count)] for what, count in found["violations"].items()]
    head = [f"a fault run of {found['orders']:,} orders, {found['struck']:,} faults", "violations"]
    return table(head, rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draw the picture and write the tables of the results.")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--write", action="store_true", help="write docs/performance.md and its picture")
    given = parser.parse_args()
    found = Measured.read(given.results)
    if given.write:
        rewrite(DOCS / "performance.md", blocks(found))
        (DOCS / "performance.svg").write_text(picture(found))
    else:
        print("\n\n".join(blocks(found).values()))
