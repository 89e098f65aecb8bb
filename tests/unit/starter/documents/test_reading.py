"""Documents are read exactly, and what is wrong in them is told by line and field, without its value."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.contract.order import OrderDocument
from domain.contract.release import Release
from domain.validation.order import check_order
from domain.validation.problems import Problem
from starter.documents.reading import InvalidDocument, load
from tests.support.places import EXAMPLES

Write = Callable[[str, str], Path]
NOW = datetime(2026, 1, 31, tzinfo=UTC)

BUNDLE = """\
id: pair
version: 1
title: Pair
price: {amount: 100, currency: CNY}
policy: best_effort
components:
  - id: one
    benefit: key
  - id: two
    benefit: key
    release:
      after: P3D
"""
ORDER = """\
channel: shop
order_no: "1"
bundle: pair
version: 1
paid: {amount: 100, currency: CNY}
buyer: {ref: b}
recipients:
  shared: {type: phone, value: "13800138000"}
"""


def _told(path: Path, model: type[Bundle] | type[OrderDocument]) -> list[str]:
    with pytest.raises(InvalidDocument) as refused:
        load(path, model)
    return [line.removeprefix(f"{path}") for line in str(refused.value).splitlines()]


def test_a_document_is_read_with_json_types(write: Write) -> None:
    bundle = load(write("b.yaml", BUNDLE), Bundle).value
    assert bundle.price.amount == 100
    assert bundle.components[1].release == Release.model_validate({"after": "P3D"})


def test_a_time_is_a_text_with_or_without_quotes(write: Write) -> None:
    bare = load(write("a.yaml", ORDER + "placed_at: 2026-01-31T10:00:00+08:00\n"), OrderDocument).value
    quoted = load(write("b.yaml", ORDER + 'placed_at: "2026-01-31T10:00:00+08:00"\n'), OrderDocument).value
    assert bare == quoted
    assert bare.placed_at is not None
    assert bare.placed_at.isoformat() == "2026-01-31T10:00:00+08:00"


def test_json_is_read_too_also_with_tabs_and_astral_characters(write: Write) -> None:
    order = load(EXAMPLES / "orders" / "all-or-nothing.yaml", OrderDocument).value
    text = order.model_dump_json(indent=2, exclude_defaults=True).replace("  ", "\t")
    text = text.replace('"buyer-1002"', '"\\ud83d\\ude00"')
    assert load(write("o.json", text), OrderDocument).value.buyer.ref == "\N{GRINNING FACE}"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("amount: 100", "amount: 1.5", ":4: price.amount: must be a whole number"),
        ("amount: 100", 'amount: "100"', ":4: price.amount: must be a whole number"),
        ("version: 1", "version: true", ":2: version: must be a whole number"),
        ("version: 1", "version: 010", ":2: version: must be a whole number"),
        ("version: 1\n", "", ":1: version: missing: write it, such as version: 1"),
        ("title: Pair", "title: 7", ":3: title: must be a text; put it in quotes"),
        (
            "title: Pair",
            "titel: Pair\ntitle: x",
            ":3: titel: there is no such field; remove it or correct its name",
        ),
        ("title: Pair", 'title: ""', ":3: title: must not be empty"),
        ("title: Pair", "title: a\ntitle: b", ":4: title: given twice; keep one of them"),
        ("id: two", "name: two", ":9: components[1].id: missing: write it, such as id: video"),
        (
            "id: two",
            "id: Video 1",
            ":9: components[1].id: must be 1 to 64 lower-case letters, digits, - and _, such as video-1",
        ),
        (
            "title: Pair",
            "title: Pair\nattributes: {生日: date}",
            ":4: attributes.生日: must be 1 to 64 lower-case letters, digits, - and _, such as video-1",
        ),
        ("title: Pair", "title: ' Pair'", ":3: title: must be one line of text without blanks around it"),
        (
            "benefit: key\n    release",
            "benefit: key\n    claim: {}\n    release",
            ":11: components[1].claim.within: missing: write it, such as within: P30D",
        ),
        (
            "after: P3D",
            "after: 3",
            ":12: components[1].release.after: must be an ISO 8601 duration, such as P3D or PT30M",
        ),
        (
            "after: P3D",
            "after: -P3D",
            ":12: components[1].release.after: must be an ISO 8601 duration, such as P3D or PT30M",
        ),
        (
            "after: P3D",
            "after: P9999D",
            ":12: components[1].release.after: must be between PT0S and P3660D; "
            "use an ISO 8601 duration like P3D or PT30M",
        ),
        (
            "after: P3D",
            "until: P3D",
            ":12: components[1].release.until: there is no such field; remove it or correct its name",
        ),
        ("price: {amount: 100, currency: CNY}", "price: 100", ":4: price: must be a mapping"),
        (
            "currency: CNY",
            "currency: cny",
            ":4: price.currency: must be three capital letters of ISO 4217, such as CNY",
        ),
        (
            "best_effort",
            "some",
            ":5: policy: must be 'all_or_nothing', 'core_must' or 'best_effort', or a mapping such as "
            "{at_least: 2}",
        ),
        ("best_effort", "{at_least: 0}", ":5: policy.at_least: must be greater than or equal to 1"),
        (
            "title: Pair",
            "title: Pair\ntime_zone: Nowhere",
            ":4: time_zone: not an IANA time zone; use a name like Asia/Shanghai",
        ),
    ],
)
def test_what_is_wrong_is_told_by_line_and_field(write: Write, old: str, new: str, told: str) -> None:
    assert told in _told(write("b.yaml", BUNDLE.replace(old, new)), Bundle)


WHEN = "there is no redeem; use delivered(x), activated(x), redeemed(x), confirmed, or a comparison such as "
NO_MAPPING = (
    "must be delivered(x), activated(x), redeemed(x), confirmed, or a comparison such as quantity >= 2; "
    "or a mapping with one of all, any and not"
)


@pytest.mark.parametrize(
    ("release", "told"),
    [
        ("{}", ": says nothing: write at_order, or give after, at, every, rrule or when"),
        ("{after: P3D, at: 2027-01-01 09:00}", ".at: give after or at, not both"),
        ("{every: P1M, times: 2, rrule: FREQ=DAILY;COUNT=2}", ".rrule: give every or rrule, not both"),
        (
            "{every: P1M}",
            ".times: missing: `every` needs an end, so say how many times, such as times: 12",
        ),
        ("{every: P1M, times: 367}", ".times: must be less than or equal to 366"),
        ("{times: 3}", ".times: only `every` has times; a rrule says COUNT in itself"),
        (
            "{every: P1MT1H, times: 3}",
            ".every: must be a period of calendar steps like P1M or P2W, or of elapsed time like PT12H",
        ),
        ("{every: P0D, times: 3}", ".every: must be longer than nothing, such as P1M or PT12H"),
        (
            "{at: tomorrow}",
            ".at: must be a time like 2027-01-01T09:00:00+08:00, or 2027-02-14 09:00 in the bundle's zone",
        ),
        ("{at: 2027-02-29 09:00}", ".at: there is no such day or time; correct it"),
        ("5", ": must be 'at_order', or a mapping such as {every: P1M, times: 12}"),
        (
            "{at: {attribute: birthday}}",
            '.at.time: missing: write it, such as time: "09:00"',
        ),
        (
            "{at: {attribute: birthday, time: 9am}}",
            '.at.time: must be a time of day in quotes, such as "09:00"',
        ),
        (
            "{when: confirmed, otherwise: refund}",
            ".by: missing: a release that waits needs a deadline, such as by: P60D",
        ),
        (
            "{when: confirmed, by: P60D}",
            ".otherwise: missing: say what happens at the deadline, otherwise: release or otherwise: refund",
        ),
        (
            "{when: confirmed, by: P60, otherwise: refund}",
            ".by: must be an ISO 8601 duration, such as P3D or PT30M",
        ),
        ("{otherwise: refund}", ".otherwise: there is no deadline for it to follow; give `by`, or remove it"),
        ("{when: redeem(x), by: P60D, otherwise: refund}", f".when: {WHEN}quantity >= 2"),
        (
            "{when: {all: [confirmed, {neither: x}]}, by: P6D, otherwise: refund}",
            f".when.all[1]: {NO_MAPPING}",
        ),
        ("{when: {not: {any: []}}, by: P6D, otherwise: refund}", ".when.not.any: must not be empty"),
        ("{when: true, by: P6D, otherwise: refund}", ".when: true and false are no conditions; remove them"),
    ],
)
def test_what_is_wrong_in_a_release_rule_is_told_by_line_and_field(
    write: Write, release: str, told: str
) -> None:
    text = BUNDLE.replace("\n      after: P3D", f" {release}")
    assert _told(write("b.yaml", text), Bundle) == [f":11: components[1].release{told}"]


@pytest.mark.parametrize("levels", [60, 200, 400])
def test_a_condition_that_is_far_too_deep_is_told_by_its_field(write: Write, levels: int) -> None:
    condition = "{not: " * levels + "confirmed" + "}" * levels
    text = BUNDLE.replace("after: P3D", f"when: {condition}")
    assert _told(write("b.yaml", text), Bundle) == [
        ":12: components[1].release.when: is more than 50 levels deep; write it flatter"
    ]


def test_a_condition_over_several_lines_is_told_by_its_own_line(write: Write) -> None:
    condition = "when:\n        all:\n          - confirmed\n          - redeem(x)\n"
    rule = f"{condition}      by: P6D\n      otherwise: refund"
    assert _told(write("b.yaml", BUNDLE.replace("after: P3D", rule)), Bundle) == [
        f":15: components[1].release.when.all[1]: {WHEN}quantity >= 2"
    ]


def test_a_union_is_told_once(write: Write) -> None:
    assert _told(write("b.yaml", BUNDLE.replace("after: P3D", "after: 3")), Bundle) == [
        ":12: components[1].release.after: must be an ISO 8601 duration, such as P3D or PT30M"
    ]


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
def test_what_is_no_document_is_told(write: Write, text: str, told: str) -> None:
    assert _told(write("b.yaml", text), Bundle) == [told]


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{this}: &{this} [{', '.join([f'*{last}'] * 9)}]\n" for last, this in pairwise("abcdefghijklmno")
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BOMB, ": holds more than 50000 values, counting what its aliases repeat"),
        ("x" * (1024 * 1024 + 1), ": is larger than 1 MB, the most that a document may have"),
        ("[" + "x," * 150_000 + "]", ": holds more than 50000 values, counting what its aliases repeat"),
        ("é" * (512 * 1024 + 1), ": is larger than 1 MB, the most that a document may have"),
        ("id: 1e999999\n", ":1: id: is a number beyond all that is used here; put a text in quotes"),
        (f"id: {'9' * 32}\n", ":1: id: is a number beyond all that is used here; put a text in quotes"),
        (f"id: 0.{'9' * 5000}\n", ":1: id: is a number beyond all that is used here; put a text in quotes"),
        (f"? {'x' * 1000}\n: 1\n", ":1: a field's name must have at most 200 characters"),
        ("a: &a {id: x}\n<<: *a\n", ":2: <<: merge keys are not used here; write the fields out"),
    ],
)
def test_what_would_eat_the_machine_is_refused_at_once(write: Write, text: str, told: str) -> None:
    assert _told(write("b.yaml", text), Bundle)[0] == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f'{{"id": {"9" * 5000}}}', ":1: id: is a number beyond all that is used here; put a text in quotes"),
        ('{"id": 1e400}', ":1: id: is a number beyond all that is used here; put a text in quotes"),
        ('{"id": NaN}', ": not JSON: there is no NaN in it; write a number"),
        ('{"id": -Infinity}', ": not JSON: there is no -Infinity in it; write a number"),
        ('{"id": 1, "id": 2}', ":1: id: given twice; keep one of them"),
        ('{"a":' * 100_000, ": the document is nested too deeply"),
    ],
)
def test_json_that_would_eat_the_machine_is_refused_as_well(write: Write, text: str, told: str) -> None:
    assert _told(write("b.json", text), Bundle)[0] == told


def test_an_endless_file_is_read_no_further_than_a_document_may_be_long() -> None:
    assert _told(Path("/dev/zero"), Bundle) == [": is larger than 1 MB, the most that a document may have"]


def test_no_more_problems_are_told_than_somebody_reads(write: Write) -> None:
    twice = "id: x\n" * 500
    wrong = ORDER + "context:\n" + "".join(f"  k{number}: 1\n" for number in range(500))
    assert len(_told(write("a.yaml", twice), Bundle)) == 100
    assert len(_told(write("b.yaml", wrong), OrderDocument)) == 100


def test_an_alias_that_repeats_little_is_taken(write: Write) -> None:
    text = BUNDLE.replace("price: {", "price: &price {").replace(
        "benefit: key\n  -", "benefit: key\n    share: *price\n  -"
    )
    shared = load(write("b.yaml", text), Bundle).value
    assert shared.components[0].share == shared.price


@pytest.mark.parametrize("where", ["context", "fields"])
def test_a_block_that_is_too_large_is_told_by_its_field(write: Write, where: str) -> None:
    block = f"{where}: {{agent: {'x' * 32760}}}"
    text = (
        ORDER + block if where == "context" else ORDER.replace('"13800138000"}', f'"13800138000", {block}}}')
    )
    line, field = (9, "context") if where == "context" else (8, "recipients.shared.fields")
    assert _told(write("o.yaml", text), OrderDocument) == [
        f":{line}: {field}: has 32769 bytes, and 32768 (32 KB) are the most: leave something out"
    ]


def test_an_invisible_character_is_told_by_its_field(write: Write) -> None:
    text = ORDER.replace("ref: b", 'ref: "b\\u200b"')
    assert _told(write("o.yaml", text), OrderDocument) == [
        ":6: buyer.ref: holds an invisible character (U+200B) in place 2: type it anew without it"
    ]


def test_broken_json_names_its_line(write: Write) -> None:
    assert _told(write("b.json", '{"id":\n 1,}'), Bundle) == [
        ":2: not JSON: Illegal trailing comma before end of object"
    ] or _told(write("b.json", '{"id":\n 1,}'), Bundle) == [
        ":2: not JSON: Expecting property name enclosed in double quotes"
    ]  # the words are Python's, and changed with 3.13


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert _told(tmp_path / "none.yaml", Bundle) == [": cannot be read: No such file or directory"]
    assert _told(tmp_path, Bundle) == [": cannot be read: Is a directory"]
    (tmp_path / "latin.yaml").write_bytes("id: é".encode("latin-1"))
    assert _told(tmp_path / "latin.yaml", Bundle) == [": is not UTF-8 text"]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (
            "{type: phone, value: 13912345678}",
            ":8: recipients.shared.value: must be a text; put it in quotes",
        ),
        (
            '{type: phone, value: "call me at 13912345678"}',
            ":8: recipients.shared.value: value is not a valid phone: "
            "expected 6 to 15 digits, with or without a leading +",
        ),
        (
            '{type: fax, value: "13912345678"}',
            ":8: recipients.shared.type: must be 'none', 'phone', 'email', 'account' or 'address'",
        ),
        ('"13912345678"', ":8: recipients.shared: must be a mapping"),
        ("[13912345678]", ":8: recipients.shared: must be a mapping"),
    ],
)
def test_a_malformed_recipient_is_told_without_its_value(write: Write, value: str, told: str) -> None:
    lines = _told(write("o.yaml", ORDER.replace('{type: phone, value: "13800138000"}', value)), OrderDocument)
    assert lines == [told]
    assert "13912345678" not in "".join(lines)


def test_what_contradicts_the_book_is_told_by_line_and_parent_line(write: Write) -> None:
    order = load(EXAMPLES / "orders" / "joint-membership.yaml", OrderDocument)
    other = load(write("o.yaml", order.path.read_text().replace("shared:", "other:")), OrderDocument)
    bundle = load(EXAMPLES / "joint-membership.yaml", Bundle).value
    catalogue = load(EXAMPLES / "catalogue.yaml", Catalogue).value
    assert check_order(order.value, bundle, catalogue, NOW) == []
    with pytest.raises(InvalidDocument) as refused:
        other.refuse(check_order(other.value, bundle, catalogue, NOW))
    assert str(refused.value).splitlines() == [
        f"{other.path}:7: recipients.shared: missing: component phone goes to a phone",
        f"{other.path}:8: recipients.other: no component of the bundle uses it; remove it",
    ]


def test_a_location_without_any_text_of_its_own_gets_the_first_line(write: Write) -> None:
    loaded = load(write("b.yaml", BUNDLE), Bundle)
    with pytest.raises(InvalidDocument) as refused:
        loaded.refuse([Problem(("limits", "per_benefit", "x"), "no")])
    assert [found.line for found in refused.value.problems] == [1]
    loaded.refuse([])
