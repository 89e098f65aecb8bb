"""The tables of a run of the benchmarks."""

import statistics

from rich.console import Console
from rich.table import Table

from bench.report import Report

PARTS = ("worker", "temporal", "gateway", "client", "postgres", "suppliers")
LATENCIES = ("p50_ms", "p95_ms", "alone_p50_ms", "alone_p95_ms")
COMMITS = ("writing_commits", "reading_commits")


def show(report: Report, console: Console) -> None:
    """Tables of medians, with the spread of what is compared most."""
    table = Table(title="Medians; in brackets the lowest and the highest round")
    for column in ("", "orders/s", "p50 ms", "p95 ms", "alone p50", "alone p95", "commits", "reads"):
        table.add_column(column, justify="right" if column else "left")
    for name, rounds in report.rounds.items():
        rates = [each.orders_per_s for each in rounds]
        table.add_row(
            report.titles[name],
            f"{statistics.median(rates):.1f} ({min(rates):.1f} to {max(rates):.1f})",
            *(
                f"{report.median(name, what):.0f}"
                for what in ("p50_ms", "p95_ms", "alone_p50_ms", "alone_p95_ms")
            ),
            *(_maybe(report, name, what) for what in ("writing_commits", "reading_commits")),
        )
    console.print(table)
    table = Table(title="CPU, ms an order")
    for column in ("", *PARTS, "all"):
        table.add_column(column, justify="right" if column else "left")
    for name in report.rounds:
        spent = [report.cpu(name, part) for part in PARTS]
        table.add_row(report.titles[name], *(f"{each:.1f}" if each else "" for each in (*spent, sum(spent))))
    console.print(table)
    table = Table(title="One order, counted")
    for column in (
        "",
        "statements",
        "activities",
        "events",
        "history bytes",
        "actions",
        "events in the book",
    ):
        table.add_column(column, justify="right" if column else "left")
    for name, each in report.census.items():
        numbers = (each.activities, each.events, each.history_bytes, each.actions, each.events_in_the_book)
        table.add_row(report.titles[name], f"{each.statements:.0f}", *map(str, numbers))
    console.print(table)
    if report.asleep:
        asleep = report.asleep
        console.print(
            f"{asleep.orders} orders asleep: worker +{asleep.worker_mb:.0f} MB, "
            f"Temporal +{asleep.temporal_mb:.0f} MB"
        )
    for key, value in report.ratios().items():
        console.print(f"{key} {value}")


def _maybe(report: Report, name: str, what: str) -> str:
    if getattr(report.rounds[name][0], what) is None:
        return ""
    return f"{report.median(name, what):.1f}"
