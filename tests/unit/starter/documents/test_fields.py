"""What is wrong in a field is told by its line and its name, without its value."""

import pytest

from domain.contract.bundle import Bundle
from domain.contract.order import OrderDocument
from domain.validation.problems import Problem
from starter.documents.reading import InvalidDocument, load
from tests.unit.starter.documents.samples import BUNDLE, ORDER, Write, told_of


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
    assert told in told_of(write("b.yaml", BUNDLE.replace(old, new)), Bundle)


def test_a_union_is_told_once(write: Write) -> None:
    assert told_of(write("b.yaml", BUNDLE.replace("after: P3D", "after: 3")), Bundle) == [
        ":12: components[1].release.after: must be an ISO 8601 duration, such as P3D or PT30M"
    ]


def test_a_location_without_any_text_of_its_own_gets_the_first_line(write: Write) -> None:
    loaded = load(write("b.yaml", BUNDLE), Bundle)
    with pytest.raises(InvalidDocument) as refused:
        loaded.refuse([Problem(("limits", "per_benefit", "x"), "no")])
    assert [found.line for found in refused.value.problems] == [1]
    loaded.refuse([])


def test_no_more_problems_are_told_than_somebody_reads(write: Write) -> None:
    twice = "id: x\n" * 500
    wrong = ORDER + "context:\n" + "".join(f"  k{number}: 1\n" for number in range(500))
    assert len(told_of(write("a.yaml", twice), Bundle)) == 100
    assert len(told_of(write("b.yaml", wrong), OrderDocument)) == 100
