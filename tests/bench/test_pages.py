"""What the pages say of the results is what the results say; and what an amount of orders comes to."""

import pytest

from bench.pages.blocks import DOCS, with_block
from bench.pages.drawing import Bar, drawing
from bench.pages.measured import Measured
from bench.picture import blocks, picture
from bench.scale import Load, bytes_of_an_order, need, page_block


@pytest.fixture(scope="module")
def committed() -> Measured:
    """The results that lie in the repository."""
    return Measured.read()


def test_performance_says_what_was_measured(committed: Measured) -> None:
    page = (DOCS / "performance.md").read_text()
    assert [name for name, block in blocks(committed).items() if with_block(page, name, block) != page] == []
    assert (DOCS / "performance.svg").read_text() == picture(committed)


def test_scale_says_what_was_computed(committed: Measured) -> None:
    page = (DOCS / "scale.md").read_text()
    assert with_block(page, "bench.scale", page_block(committed)) == page


def a_round(worker: float, commits: float) -> dict[str, object]:
    cpu = {"worker": worker, "temporal": 60.0, "postgres": 12.0, "gateway": 0.0, "client": 6.0}
    return {"cpu_ms": cpu, "writing_commits": commits}


MEASURED = Measured(
    {
        "speed": {
            "rounds": {"sync": [a_round(120, 8), a_round(60, 9), a_round(90, 7)]},
            "census": {
                "sync": {
                    "statements": 100.0,
                    "actions": 20,
                    "history_bytes": 10_000,
                    "events_in_the_book": 11,
                }
            },
        },
        "growth": {"books": {"1000": {"database_mb": 20}, "101000": {"database_mb": 1020}}},
    }
)


def test_an_order_takes_what_the_book_grew_by_for_each() -> None:
    assert bytes_of_an_order(MEASURED) == 1000 * 2**20 / 100_000


def test_a_load_needs_cores_at_its_peak_and_room_for_its_days() -> None:
    found = need(MEASURED, "sync", Load("", a_second=50, a_day=100_000))
    assert {part: round(cores, 3) for part, cores in found.cores.items()} == {
        "worker": 7.5,
        "temporal": 5.0,
        "postgres": 1.0,
        "gateway": 0.0,
        "client": 0.5,
    }
    assert (found.processes, found.machines, found.commits, found.statements) == (8, 4, 400, 5000)
    assert (found.actions, found.dollars, found.events) == (2_000_000, 100, 1_100_000)
    assert (found.history_gb, round(found.book_gb, 6)) == (90, 1.048576)


def test_a_block_is_all_that_changes_of_a_page() -> None:
    page = "above\n<!-- a -->\nold\n<!-- /a -->\nbelow\n<!-- b -->\n<!-- /b -->\n"
    assert with_block(page, "a", "new") == page.replace("old", "\nnew\n")
    with pytest.raises(AssertionError, match="no place for c"):
        with_block(page, "c", "new")


def test_a_bar_is_as_long_as_its_parts_are_beside_the_longest() -> None:
    drawn = drawing([("title", [Bar("one", [1, 3], "4"), Bar("two", [2], "2", (1, 8))], ())])
    assert [line.split("width='")[1].split("'")[0] for line in drawn.splitlines() if "<rect x=" in line] == [
        "60.0",
        "180.0",
        "120.0",
    ]
