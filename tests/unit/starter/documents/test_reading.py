"""Documents are read exactly, as JSON types, and what is no document is told."""

from pathlib import Path

import pytest

from domain.contract.bundle import Bundle
from domain.contract.order import OrderDocument
from domain.contract.release import Release
from starter.documents.reading import load
from tests.support.places import EXAMPLES
from tests.unit.starter.documents.samples import BUNDLE, ORDER, Write, told_of


def test_a_document_is_read_with_json_types(write: Write) -> None:
    bundle = load(write("b.yaml", BUNDLE), Bundle).value
    assert bundle.price.amount == 100
    assert bundle.components[1].release == Release.model_validate({"after": "P3D"})


def test_a_time_is_a_text_with_or_without_quotes(write: Write) -> None:
    bare = load(write("a.yaml", ORDER + "placed_at: 2026-01-31T10:00:00+08:00\n"), OrderDocument).value
    quoted = load(write("b.yaml", ORDER + 'placed_at: "2026-01-31T10:00:00+08:00"\n'), OrderDocument).value
    assert bare == quoted
    assert bare.placed_at is not None
    assert bare.placed_at.isoformat() == "2026-01-31T02:00:00+00:00"


def test_json_is_read_too_also_with_tabs_and_astral_characters(write: Write) -> None:
    order = load(EXAMPLES / "orders" / "all-or-nothing.yaml", OrderDocument).value
    text = order.model_dump_json(indent=2, exclude_defaults=True).replace("  ", "\t")
    text = text.replace('"buyer-1002"', '"\\ud83d\\ude00"')
    assert load(write("o.json", text), OrderDocument).value.buyer.ref == "\N{GRINNING FACE}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ": the document is empty"),
        ("# nothing\n", ": the document is empty"),
        ("- a\n- b\n", ":1: must be a mapping of fields, not a list or a single value"),
        ("word\n", ":1: must be a mapping of fields, not a list or a single value"),
        ("a: 1\nb: [1,\n", ":3: not YAML: expected the node content, but found '<stream end>'"),
        (
            "a: 1\n---\nb: 1\n",
            ":2: not YAML: expected a single document in the stream, but found another document",
        ),
        ("a: 1\nb: !!python/name:os.system x\n", ":2: b: YAML tags are not used here; write the plain value"),
        ("a: &x\n  b: *x\n", ":2: a.b: must not contain itself"),
        ("a: \x01\n", ": not YAML: it holds a character that no text has"),
        ('a: "\\0"\n', ":1: a: must not hold a NUL character"),
        ('a: "\\ud800"\n', ":1: a: must not hold half a character"),
        ("[" * 5000, ": the document is nested too deeply"),
    ],
)
def test_what_is_no_document_istold_of(write: Write, text: str, told: str) -> None:
    assert told_of(write("b.yaml", text), Bundle) == [told]


def test_broken_json_names_its_line(write: Write) -> None:
    assert told_of(write("b.json", '{"id":\n 1,}'), Bundle) == [
        ":2: not JSON: Illegal trailing comma before end of object"
    ] or told_of(write("b.json", '{"id":\n 1,}'), Bundle) == [
        ":2: not JSON: Expecting property name enclosed in double quotes"
    ]  # the words are Python's, and changed with 3.13


def test_what_cannot_be_read_istold_of(tmp_path: Path) -> None:
    assert told_of(tmp_path / "none.yaml", Bundle) == [": cannot be read: No such file or directory"]
    assert told_of(tmp_path, Bundle) == [": cannot be read: Is a directory"]
    (tmp_path / "latin.yaml").write_bytes("id: é".encode("latin-1"))
    assert told_of(tmp_path / "latin.yaml", Bundle) == [": is not UTF-8 text"]
