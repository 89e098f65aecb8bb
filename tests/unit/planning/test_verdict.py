"""What becomes of a condition: settled by the order, then holding, possible or impossible."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from domain.contract.condition import Attributes, Condition, Constant, Event
from domain.planning.verdict import Facts, Verdict, decide, needs_verdict, settle_attributes

CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
HOLDS, MAY_HOLD, NEVER = Verdict.HOLDS, Verdict.MAY_HOLD, Verdict.NEVER

NOTHING = Facts()
THIRD = Facts(delivered=frozenset({("video", 3)}))
USED = Facts(
    delivered=frozenset({("video", 1), ("coupon", 1)}),
    happened=frozenset({(Event.ACTIVATED, "video", 1), (Event.REDEEMED, "coupon", 1)}),
)
LOST = Facts(lost=frozenset({"video"}))
ONE_LOST = Facts(lost_releases=frozenset({("video", 2)}))
CONFIRMED = Facts(confirmed=True)


@pytest.mark.parametrize(
    ("written", "facts", "verdict"),
    [
        ("delivered(video)", NOTHING, MAY_HOLD),
        ("delivered(video)", THIRD, HOLDS),
        ("delivered(video, 3)", THIRD, HOLDS),
        ("delivered(video, 2)", THIRD, MAY_HOLD),
        ("delivered(video)", LOST, NEVER),
        ("delivered(coupon)", LOST, MAY_HOLD),
        ("delivered(video)", ONE_LOST, MAY_HOLD),
        ("delivered(video, 1)", ONE_LOST, MAY_HOLD),
        ("delivered(video, 2)", ONE_LOST, NEVER),
        ("activated(video, 2)", ONE_LOST, NEVER),
        ("activated(video)", THIRD, MAY_HOLD),
        ("activated(video)", USED, HOLDS),
        ("activated(video)", LOST, NEVER),
        ("redeemed(video)", USED, MAY_HOLD),
        ("redeemed(coupon)", USED, HOLDS),
        ("confirmed", NOTHING, MAY_HOLD),
        ("confirmed", LOST, MAY_HOLD),
        ("confirmed", CONFIRMED, HOLDS),
        ({"not": "redeemed(coupon)"}, NOTHING, HOLDS),
        ({"not": "redeemed(coupon)"}, USED, NEVER),
        ({"not": "activated(video)"}, LOST, HOLDS),
        ({"not": {"not": "confirmed"}}, NOTHING, MAY_HOLD),
        ({"all": ["delivered(video)", "confirmed"]}, THIRD, MAY_HOLD),
        ({"all": ["delivered(video)", {"not": "redeemed(coupon)"}]}, THIRD, HOLDS),
        ({"all": ["delivered(video)", {"not": "redeemed(coupon)"}]}, USED, NEVER),
        ({"all": ["delivered(video)", "confirmed"]}, LOST, NEVER),
        ({"any": ["delivered(video)", "confirmed"]}, LOST, MAY_HOLD),
        ({"any": ["delivered(video)", "activated(video)"]}, LOST, NEVER),
        ({"any": ["delivered(video)", "confirmed"]}, CONFIRMED, HOLDS),
        ({"not": {"all": ["delivered(video)", "confirmed"]}}, CONFIRMED, HOLDS),
        ({"not": {"any": ["delivered(video)", "confirmed"]}}, CONFIRMED, NEVER),
        ({"not": {"all": ["confirmed", {"not": "delivered(video)"}]}}, CONFIRMED, MAY_HOLD),
        (True, NOTHING, HOLDS),
        (False, NOTHING, NEVER),
    ],
)
def test_a_condition_holds_may_hold_or_never_will(written: Any, facts: Facts, verdict: Verdict) -> None:
    assert decide(CONDITION.validate_python(written), facts) is verdict


STATED: Attributes = {"quantity": 2, "tier": "gold"}


@pytest.mark.parametrize(
    ("written", "settled"),
    [
        ("quantity >= 2", True),
        ("quantity >= 3", False),
        ("delivered(video)", "delivered(video)"),
        ({"all": ["delivered(video)", "quantity >= 2"]}, "delivered(video)"),
        ({"all": ["delivered(video)", "quantity >= 3"]}, False),
        ({"all": ["quantity >= 1", "quantity >= 2"]}, True),
        ({"any": ["delivered(video)", "quantity >= 2"]}, True),
        ({"any": ["delivered(video)", "quantity >= 3"]}, "delivered(video)"),
        ({"any": ["quantity >= 3", "quantity >= 4"]}, False),
        ({"not": "tier == gold"}, False),
        ({"not": {"all": ["tier == silver", "confirmed"]}}, True),
        (
            {"all": ["confirmed", {"not": "redeemed(a)"}, "quantity >= 2"]},
            {"all": ["confirmed", {"not": "redeemed(a)"}]},
        ),
        ({"any": ["confirmed", "redeemed(a)", "quantity < 2"]}, {"any": ["confirmed", "redeemed(a)"]}),
    ],
)
def test_what_the_order_states_is_settled_and_only_facts_are_left(written: Any, settled: Any) -> None:
    condition = CONDITION.validate_python(written)
    assert CONDITION.dump_python(settle_attributes(condition, STATED), mode="json") == settled


def test_an_attribute_that_is_not_stated_cannot_be_settled() -> None:
    with pytest.raises(KeyError, match="visits"):
        settle_attributes(CONDITION.validate_python("visits > 1"), STATED)


def test_a_comparison_is_settled_before_it_is_decided() -> None:
    with pytest.raises(ValueError, match=r"^quantity is not settled$"):
        decide(CONDITION.validate_python("quantity > 1"), NOTHING)


def test_needs_hold_once_a_release_of_each_was_delivered() -> None:
    assert needs_verdict([], NOTHING) is HOLDS
    assert needs_verdict(["video"], NOTHING) is MAY_HOLD
    assert needs_verdict(["video"], THIRD) is HOLDS
    assert needs_verdict(["video", "coupon"], THIRD) is MAY_HOLD
    assert needs_verdict(["video", "coupon"], USED) is HOLDS
    assert needs_verdict(["coupon", "video"], LOST) is NEVER


def test_a_constant_is_what_json_calls_it() -> None:
    assert settle_attributes(Constant(True), {}) == Constant(True)
