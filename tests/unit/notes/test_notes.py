"""Every note is said in both languages, with all that it holds; what is stored is read again."""

import importlib
import pkgutil
import subprocess
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, get_args

import pytest

import domain.notes
from domain.fulfilment.cases import CaseKind
from domain.fulfilment.holds import HoldReason
from domain.fulfilment.states import AttemptState, DeliveryState, OrderState, RefundState
from domain.notes import every
from domain.notes.general import Because, Said
from domain.notes.names import NAMES
from domain.notes.note import CODES, Note, Unknown, read
from domain.notes.people import ActBy
from domain.notes.words import Language
from domain.planning.order_events import OrderEventKind
from domain.verbs.verb import Act
from tests.support.places import ROOT

for _module in pkgutil.walk_packages(domain.notes.__path__, "domain.notes."):
    importlib.import_module(_module.name)

NOTES = sorted(CODES.items())
LISTS: dict[str, type[StrEnum]] = {
    "state": DeliveryState,
    "order": OrderState,
    "attempt": AttemptState,
    "reason": HoldReason,
    "act": Act,
    "case": CaseKind,
    "event": OrderEventKind,
    "refund": RefundState,
}
AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
SHORT = {"code": "pool_short"}


def example(kind: type[Note]) -> tuple[Note, list[str]]:
    """A note of this kind, and what has to be seen of each of its parameters."""
    values: dict[str, Any] = {}
    seen = []
    for number, (name, field) in enumerate(kind.model_fields.items()):
        text = f"q{number}z"
        if field.annotation is int:
            values[name], shown = 70_000 + number, str(70_000 + number)
        elif "datetime" in str(field.annotation):
            values[name], shown = AT, "2026-03-01 08:30"
        elif "Note" in str(field.annotation):
            values[name], shown = Said(text=text), text
        else:
            values[name], shown = text, text
        seen.append(shown)
    return kind(**values), seen


@pytest.mark.parametrize(("code", "kind"), NOTES)
def test_a_note_is_said_in_both_languages_with_all_that_it_holds(code: str, kind: type[Note]) -> None:
    note, seen = example(kind)
    english, chinese = note.say(Language.EN), note.say(Language.ZH)
    assert all(each in english and each in chinese for each in seen)
    assert english.isascii() or code == "said"
    assert code in SAID_AS_IT_IS or any("\u4e00" <= letter <= "\u9fff" for letter in chinese)


SAID_AS_IT_IS = frozenset({"said", "both", "because", "refused", "woken", "ended_as", "owed_for"})
"""Notes that say nothing but what they hold."""


@pytest.mark.parametrize(("code", "kind"), NOTES)
def test_a_note_that_is_stored_is_read_again(code: str, kind: type[Note]) -> None:
    note, _ = example(kind)
    assert note.as_json()["code"] == code
    assert read(note.as_json()) == note


@pytest.mark.parametrize(("table", "values"), LISTS.items())
def test_every_value_of_a_list_has_words(table: str, values: type[StrEnum]) -> None:
    assert set(NAMES[table]) == {each.value for each in values}
    for english, chinese in NAMES[table].values():
        assert english.isascii()
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)


def test_a_code_of_another_build_is_read_and_shown() -> None:
    note = read({"code": "of_tomorrow", "supplier": "kayixin"})
    assert note == Unknown(what="of_tomorrow")
    assert note.say(Language.EN) == "a note of_tomorrow, which this version does not know"


def test_a_note_that_was_spoilt_fails_no_list() -> None:
    assert read({"code": "said", "texts": 1}) == Unknown(what="said")


def test_no_note_has_a_part_that_may_be_missing() -> None:
    """What is not known is another note, whose sentence does not end in a gap."""
    parts = [f for _, kind in NOTES for f in kind.model_fields.values()]
    assert [f for f in parts if not f.is_required() or type(None) in get_args(f.annotation)] == []


def test_two_notes_cannot_have_one_code() -> None:
    with pytest.raises(TypeError, match="two notes have the code said"):
        type("Other", (Note,), {}, code="said")


def test_a_note_inside_a_note_is_cut_as_well() -> None:
    note = Because(what=Said(text="a" * 50), why=Said(text="b" * 50))
    assert note.cut(3) == Because(what=Said(text="aaa"), why=Said(text="bbb"))


def reads_in_a_process_of_its_own(before: str) -> str:
    """What `pool_short`, which only the adapter of the pool uses, is read as by a process that did this."""
    code = f"{before}\nfrom domain.notes.note import read\nprint(read({SHORT}).as_json())"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return ran.stdout


def test_a_note_of_another_room_is_read_by_whoever_never_used_it() -> None:
    assert reads_in_a_process_of_its_own("") == f"{SHORT}\n"


def test_a_run_has_every_note_before_it_begins() -> None:
    loaded = "import sys, workflows.order\nassert 'domain.notes.every' in sys.modules"
    assert reads_in_a_process_of_its_own(loaded) == f"{SHORT}\n"


def test_the_list_of_every_note_lacks_no_module() -> None:
    listed = {getattr(every, name).__name__ for name in every.__all__}
    with_notes = {kind.__module__ for kind in CODES.values() if kind.__module__.startswith("domain.notes.")}
    assert with_notes == listed | {"domain.notes.note"}


NAMES_AND_CODES = frozenset(
    {
        *("account", "act", "action", "actor", "answer", "call", "ceiling", "component", "currency", "error"),
        *(
            "field",
            "key",
            "length",
            "kind",
            "number",
            "option",
            "product",
            "refusal",
            "back",
            "paid",
            "state",
            "stated",
            "status",
        ),
        *("supplier", "total", "what", "word"),
    }
)
"""What the other texts of notes are called."""


def test_every_text_of_a_note_is_a_name_or_else_goes_with_an_erased_buyer() -> None:
    texts = {name for _, kind in NOTES for name, f in kind.model_fields.items() if f.annotation is str}
    free = {name for _, kind in NOTES for name in kind.free}
    assert (free, texts - free) == ({"reason", "text"}, set(NAMES_AND_CODES))
    assert [code for code, kind in NOTES if {"reason", "text"} & {*kind.model_fields} - kind.free] == []


def test_words_of_others_are_left_out_however_deep() -> None:
    deep = Because(what=ActBy(act="retry", actor="lin", reason="he called"), why=Said(text="138"))
    assert deep.without_words() == Because(
        what=ActBy(act="retry", actor="lin", reason="[...]"), why=Said(text="[...]")
    )
