"""What becomes of a condition: settled by the order, then holding, possible or impossible."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from domain.contract.condition import Attributes, Condition, Constant, Event
from domain.planning.verdict import Known, Verdict, decide, needs_verdict, settle_attributes

CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
MET, PENDING, IMPOSSIBLE = Verdict.MET, Verdict.PENDING, Verdict.IMPOSSIBLE

NOTHING = Known()
THIRD = Known(delivered=frozenset({("video", 3)}))
USED = Known(
    delivered=frozenset({("video", 1), ("coupon", 1)}),
    happened=frozenset({(Event.ACTIVATED, "video", 1), (Event.REDEEMED, "coupon", 1)}),
)
LOST = Known(impossible=frozenset({"video"}))
ONE_LOST = Known(impossible_releases=frozenset({("video", 2)}))
CONFIRMED = Known(confirmed=True)


@pytest.mark.parametrize(
    ("written", "facts", "verdict"),
    [
        ("delivered(video)", NOTHING, PENDING),
        ("delivered(video)", THIRD, MET),
        ("delivered(video, 3)", THIRD, MET),
        ("delivered(video, 2)", THIRD, PENDING),
        ("delivered(video)", LOST, IMPOSSIBLE),
        ("delivered(coupon)", LOST, PENDING),
        ("delivered(video)", ONE_LOST, PENDING),
        ("delivered(video, 1)", ONE_LOST, PENDING),
        ("delivered(video, 2)", ONE_LOST, IMPOSSIBLE),
        ("activated(video, 2)", ONE_LOST, IMPOSSIBLE),
        ("activated(video)", THIRD, PENDING),
        ("activated(video)", USED, MET),
        ("activated(video)", LOST, IMPOSSIBLE),
        ("redeemed(video)", USED, PENDING),
        ("redeemed(coupon)", USED, MET),
        ("confirmed", NOTHING, PENDING),
        ("confirmed", LOST, PENDING),
        ("confirmed", CONFIRMED, MET),
        ({"not": "redeemed(coupon)"}, NOTHING, MET),
        ({"not": "redeemed(coupon)"}, USED, IMPOSSIBLE),
        ({"not": "activated(video)"}, LOST, MET),
        ({"not": {"not": "confirmed"}}, NOTHING, PENDING),
        ({"all": ["delivered(video)", "confirmed"]}, THIRD, PENDING),
        ({"all": ["delivered(video)", {"not": "redeemed(coupon)"}]}, THIRD, MET),
        ({"all": ["delivered(video)", {"not": "redeemed(coupon)"}]}, USED, IMPOSSIBLE),
        ({"all": ["delivered(video)", "confirmed"]}, LOST, IMPOSSIBLE),
        ({"any": ["delivered(video)", "confirmed"]}, LOST, PENDING),
        ({"any": ["delivered(video)", "activated(video)"]}, LOST, IMPOSSIBLE),
        ({"any": ["delivered(video)", "confirmed"]}, CONFIRMED, MET),
        ({"not": {"all": ["delivered(video)", "confirmed"]}}, CONFIRMED, MET),
        ({"not": {"any": ["delivered(video)", "confirmed"]}}, CONFIRMED, IMPOSSIBLE),
        ({"not": {"all": ["confirmed", {"not": "delivered(video)"}]}}, CONFIRMED, PENDING),
        (True, NOTHING, MET),
        (False, NOTHING, IMPOSSIBLE),
    ],
)
def test_a_condition_holds_may_hold_or_never_will(written: Any, facts: Known, verdict: Verdict) -> None:
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
    assert needs_verdict([], NOTHING) is MET
    assert needs_verdict(["video"], NOTHING) is PENDING
    assert needs_verdict(["video"], THIRD) is MET
    assert needs_verdict(["video", "coupon"], THIRD) is PENDING
    assert needs_verdict(["video", "coupon"], USED) is MET
    assert needs_verdict(["coupon", "video"], LOST) is IMPOSSIBLE


def test_a_constant_is_what_json_calls_it() -> None:
    assert settle_attributes(Constant(True), {}) == Constant(True)
