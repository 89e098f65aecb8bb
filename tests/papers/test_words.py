"""docs/glossary.md: every state, reason and verb stands on it, and no public name has a word it refuses."""

import re
from collections.abc import Callable, Iterable, Iterator

import pytest

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.states import AttemptState, DeliveryState, OrderState, RefundState
from domain.notes.names import NAMES
from domain.verbs.verb import Act
from tests.papers import identifiers
from tests.papers.identifiers import words
from tests.support.places import ROOT

PAGE = (ROOT / "docs" / "glossary.md").read_text()


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading of the glossary, without its head."""
    section = re.split(r"^#+ ", PAGE.split(f"# {heading}\n")[1], flags=re.MULTILINE)[0]
    lines = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line] for line in lines[2:]]


def quoted(cells: Iterable[str]) -> list[str]:
    """What stands in backticks in these cells."""
    return [found for cell in cells for found in re.findall(r"`([^`]+)`", cell)]


REFUSED = [tuple(term.split()) for term in quoted(row[0] for row in rows("Words that are not used"))]
EXCEPTIONS = quoted(row[0] for row in rows("Exceptions"))


def refused(identifier: str) -> bool:
    """Whether a name has one of the refused terms, as whole words in that order."""
    name = words(identifier)
    return any(name[start : start + len(term)] == term for term in REFUSED for start in range(len(name)))


SOURCES: dict[str, tuple[Callable[[], Iterator[str]], str]] = {
    "models": (identifiers.of_models, "Snapshot.revision"),
    "events": (identifiers.of_events, "order.event_received"),
    "tables": (identifiers.of_tables, "attempts.verify_at"),
    "runs": (identifiers.of_runs, "callback_received"),
    "commands": (identifiers.of_commands, "perkflow order retry --supplier-says"),
}


@pytest.mark.parametrize("source", SOURCES)
def test_no_public_name_has_a_word_that_is_not_used(source: str) -> None:
    names, known = SOURCES[source]
    found = list(names())
    assert known in found
    assert [name for name in found if refused(name) and name not in EXCEPTIONS] == []


def test_every_exception_is_needed() -> None:
    names = {name for source, _ in SOURCES.values() for name in source()}
    assert [name for name in EXCEPTIONS if name not in names or not refused(name)] == []


@pytest.mark.parametrize(
    "name",
    ["OrderView.left_out", "LeftOut", "perkflow order list --left-out", "delivery.unwatched", "Report"],
)
def test_a_refused_word_is_found_however_it_is_written(name: str) -> None:
    assert refused(name)


@pytest.mark.parametrize(
    "name", ["Delivery.threshold", "HoldReason.BY_OPERATOR", "out_of_stock", "household"]
)
def test_a_part_of_another_word_is_none(name: str) -> None:
    assert not refused(name)


def test_the_glossary_has_every_state() -> None:
    states = {"delivery": DeliveryState, "order": OrderState, "attempt": AttemptState, "refund": RefundState}
    expected = [(of, state.value) for of, kind in states.items() for state in kind]
    assert [(row[0], row[1].strip("`")) for row in rows("States")] == expected


def test_the_glossary_has_every_hold_reason_and_every_verb() -> None:
    assert quoted(row[0] for row in rows("Hold reasons")) == list(HoldReason)
    assert set(quoted(row[0] for row in rows("Verbs"))) == set(Act)


def test_every_word_has_both_languages() -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")
    for heading, column in (("Things", 2), ("Things", 3), ("States", 3), ("Hold reasons", 2), ("Verbs", 3)):
        assert [row[0] for row in rows(heading) if not chinese.search(row[column])] == [], heading


SHOWN = {"delivery": "state", "order": "order", "attempt": "attempt_state", "refund": "refund"}
"""Things of the glossary whose states are shown, and the list of names that has their words."""


def test_states_reasons_and_verbs_are_shown_in_the_words_of_the_glossary() -> None:
    for thing, state, _, chinese in rows("States"):
        code = state.strip("`")
        assert (code, NAMES[SHOWN[thing]][code][1]) == (code, chinese)
    for reason, _, chinese in rows("Hold reasons"):
        code = reason.strip("`")
        assert (code, NAMES["reason"][code][1]) == (code, chinese)
    for verb, _, _, chinese in rows("Verbs"):
        code = verb.strip("`")
        assert (code, NAMES["act"][code][1]) == (code, chinese)
