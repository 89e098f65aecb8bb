"""Conditions as texts and trees: read, written back the same, or refused with what there is to write."""

import json
import re
from typing import Any

import pytest
from pydantic import TypeAdapter

from domain.contract.condition import (
    All,
    AnyOf,
    Comparison,
    Condition,
    Constant,
    Event,
    Happened,
    Not,
    atoms,
    parse_atom,
)

CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
KNOWN = "delivered(x), activated(x), redeemed(x), confirmed, or a comparison such as quantity >= 2"


@pytest.mark.parametrize(
    ("text", "atom", "written"),
    [
        ("delivered(video)", Happened(Event.DELIVERED, "video"), "delivered(video)"),
        ("delivered( video , 3 )", Happened(Event.DELIVERED, "video", 3), "delivered(video, 3)"),
        (" activated(video-2) ", Happened(Event.ACTIVATED, "video-2"), "activated(video-2)"),
        ("redeemed(coupon)", Happened(Event.REDEEMED, "coupon"), "redeemed(coupon)"),
        ("confirmed", Happened(Event.CONFIRMED), "confirmed"),
        ("quantity>=2", Comparison("quantity", ">=", 2), "quantity >= 2"),
        ("balance < -5", Comparison("balance", "<", -5), "balance < -5"),
        ("tier == gold", Comparison("tier", "==", "gold"), 'tier == "gold"'),
        ('tier != "very gold"', Comparison("tier", "!=", "very gold"), 'tier != "very gold"'),
        ("tier == '\"'", Comparison("tier", "==", '"'), "tier == '\"'"),
        ('tier == "12"', Comparison("tier", "==", "12"), 'tier == "12"'),
        ("birthday < 2000-01-01", Comparison("birthday", "<", "2000-01-01"), 'birthday < "2000-01-01"'),
    ],
)
def test_a_text_is_read_and_written_back(text: str, atom: Condition, written: str) -> None:
    assert parse_atom(text) == atom
    assert str(atom) == written
    assert parse_atom(written) == atom


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("redeem(video)", f"there is no redeem; use {KNOWN}"),
        ("video", f"there is no video; use {KNOWN}"),
        ("delivered(Video)", f"is no condition; use {KNOWN}"),
        ("delivered(video) and confirmed", f"is no condition; use {KNOWN}"),
        ("quantity = 2", "compares with =, which is no comparison; write quantity == 2"),
        ("quantity=>2", "compares with =>, which is no comparison; write quantity >= 2"),
        ("quantity =< 2", "compares with =<, which is no comparison; write quantity <= 2"),
        ("quantity <> 2", "compares with <>, which is no comparison; write quantity != 2"),
        ("quantity =", f"is no condition; use {KNOWN}"),
        ("", f"is no condition; use {KNOWN}"),
        (7, f"must be a text: {KNOWN}"),
        ("delivered", "delivered needs a component: delivered(x)"),
        ("confirmed(video)", "confirmed is about the whole order: write confirmed"),
        ("delivered(video, 0)", "releases are counted from 1"),
        (
            "tier == very gold",
            'after the comparison comes one number, date or text; put a text in quotes: tier == "gold"',
        ),
        (
            "quantity >=",
            'after the comparison comes one number, date or text; put a text in quotes: tier == "gold"',
        ),
    ],
)
def test_a_text_that_is_no_condition_says_what_to_write(text: object, told: str) -> None:
    with pytest.raises(ValueError, match=rf"^{re.escape(told)}$"):
        parse_atom(text)


TREE: Any = {
    "all": [
        "delivered(video)",
        {"not": "redeemed(coupon)"},
        {"any": ["quantity >= 2", {"all": ["confirmed"]}]},
    ]
}


def test_a_tree_travels_as_it_is_written() -> None:
    tree = CONDITION.validate_python(TREE)
    assert tree == All(
        all=[
            Happened(Event.DELIVERED, "video"),
            Not(not_=Happened(Event.REDEEMED, "coupon")),
            AnyOf(any=[Comparison("quantity", ">=", 2), All(all=[Happened(Event.CONFIRMED)])]),
        ]
    )
    assert CONDITION.dump_python(tree, mode="json") == TREE
    assert CONDITION.validate_json(CONDITION.dump_json(tree), strict=True) == tree
    assert json.loads(CONDITION.dump_json(Constant(False))) is False
    assert CONDITION.validate_json("false") == Constant(False)


def test_the_place_of_every_text_is_told() -> None:
    found = [(where, str(atom)) for where, atom in atoms(CONDITION.validate_python(TREE))]
    assert found == [
        (("all", 0), "delivered(video)"),
        (("all", 1, "not"), "redeemed(coupon)"),
        (("all", 2, "any", 0), "quantity >= 2"),
        (("all", 2, "any", 1, "all", 0), "confirmed"),
    ]


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        ("n == 2", 2, True),
        ("n == 2", 3, False),
        ("n != 2", 3, True),
        ("n < 2", 2, False),
        ("n <= 2", 2, True),
        ("n > 2", 2, False),
        ("n >= 10", 9, False),
        ("n >= 10", 10, True),
        ("n == gold", "gold", True),
        ("n != gold", "gold", False),
        ("n < 2000-01-01", "1999-12-31", True),
        ("n >= 2000-01-01", "2000-01-01", True),
    ],
)
def test_a_comparison_holds_of_the_orders_attribute(text: str, value: str | int, holds: bool) -> None:
    comparison = parse_atom(text)
    assert isinstance(comparison, Comparison)
    assert comparison.is_met({"n": value}) is holds
