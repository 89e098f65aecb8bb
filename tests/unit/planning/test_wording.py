"""What a component waits for, and what its order rules out, in words."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter

from domain.contract.condition import Condition
from domain.planning.gates import PlannedGate
from domain.planning.wording import in_words, waits_for, why_ruled_out
from tests.unit.builders import order

ANCHOR = datetime(2027, 1, 31, 2, 0, tzinfo=UTC)


def condition(written: Any) -> Condition:
    """A condition as it is written in a contract."""
    found: Condition = TypeAdapter(Condition).validate_python(written)
    return found


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("delivered(video, 3)", "delivered(video, 3)"),
        ({"all": ["confirmed", {"not": "redeemed(a)"}]}, "confirmed and not redeemed(a)"),
        (
            {"any": ["confirmed", {"all": ["redeemed(a)", "quantity >= 2"]}]},
            "confirmed or (redeemed(a) and quantity >= 2)",
        ),
        ({"not": {"any": ["confirmed", "redeemed(a)"]}}, "not (confirmed or redeemed(a))"),
    ],
)
def test_a_condition_in_one_line(written: Any, words: str) -> None:
    assert in_words(condition(written)) == words


@pytest.mark.parametrize(
    ("needs", "written", "words"),
    [
        ([], "confirmed", "confirmed"),
        (["a", "b"], None, "delivered(a) and delivered(b)"),
        (["a"], {"any": ["confirmed", "redeemed(b)"]}, "delivered(a) and (confirmed or redeemed(b))"),
        (["a"], False, "delivered(a) and what this order rules out"),
    ],
)
def test_what_a_gate_waits_for_is_one_line(needs: list[str], written: Any, words: str) -> None:
    gate = {"component": "gift", "needs": needs, "condition": written, "not_before": ANCHOR}
    assert waits_for(PlannedGate.model_validate(gate)) == words


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("quantity >= 2", "quantity >= 2, and this order has 1"),
        ({"not": "quantity == 1"}, "not quantity == 1, and this order has 1"),
        (
            {"all": ["confirmed", 'tier == "gold"', "quantity == 1"]},
            'tier == "gold", and this order has silver',
        ),
        (
            {"all": ["quantity == 1", {"all": ["confirmed", "quantity > 3"]}]},
            "quantity > 3, and this order has 1",
        ),
        (
            {"any": ["quantity >= 2", {"all": ["confirmed", 'tier == "gold"']}]},
            'quantity >= 2 or (confirmed and tier == "gold"), and this order has quantity 1 and tier silver',
        ),
        ({"any": ["quantity == 2", "quantity == 4"]}, "quantity == 2 or quantity == 4, and this order has 1"),
    ],
)
def test_what_an_order_does_not_meet_is_told_with_what_it_has(written: Any, words: str) -> None:
    stated = order(attributes={"tier": "silver"}).stated
    assert why_ruled_out(condition(written), stated) == words
