"""Which conditions are refused because nobody can mean them: they never hold, or they never wait."""

from typing import Any

import pytest

from domain.validation.bundle import check_bundle
from tests.unit.builders import benefit, bundle, catalogue, component

SHELF = catalogue(benefit("video"), benefit("music"), benefit("coupon"))


def told(condition: Any, needs: tuple[str, ...] = (), **release: Any) -> list[tuple[str, str]]:
    """The problems of a coupon that waits for this, beside a monthly video and a music."""
    rule = {"when": condition, "by": "P60D", "otherwise": "refund", **release}
    contract = bundle(
        component("coupon", needs=list(needs), release=rule),
        component("video", release={"every": "P1M", "times": 3}),
        component("music"),
        attributes={"tier": "text"},
    )
    return [(problem.field, problem.message) for problem in check_bundle(contract, SHELF)]


def never(reason: str) -> list[tuple[str, str]]:
    return [("components[0].release.when", f"can never hold: {reason}; correct it")]


NOT_VIDEO = {"not": "delivered(video)"}


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        (
            {"all": ["delivered(video)", NOT_VIDEO]},
            "delivered(video) is asked for, and delivered(video) ruled out",
        ),
        (
            {
                "all": [
                    "confirmed",
                    {"all": ["delivered(video, 2)", {"not": {"any": ["confirmed", "delivered(video)"]}}]},
                ]
            },
            "delivered(video, 2) is asked for, and delivered(video) ruled out",
        ),
        (
            {"any": [{"all": ["confirmed", {"not": "confirmed"}]}, "quantity < 1"]},
            "confirmed is asked for, and confirmed ruled out",
        ),
        ("quantity < 1", "no order has quantity < 1, it is from 1 to 1000"),
        ({"not": "quantity >= 1"}, "no order has not quantity >= 1, it is from 1 to 1000"),
        (
            {"all": ["quantity >= 5", "confirmed", "quantity < 3"]},
            "no order has quantity >= 5 and quantity < 3, it is from 1 to 1000",
        ),
        ("quantity > 1000", "no order has quantity > 1000, it is from 1 to 1000"),
    ],
)
def test_a_condition_that_can_never_hold_is_refused_with_the_reason(condition: Any, reason: str) -> None:
    assert told(condition) == never(reason)


@pytest.mark.parametrize(
    "condition",
    [
        {"all": ["delivered(video)", {"not": "delivered(video, 2)"}]},
        {"all": ["delivered(video)", {"not": "delivered(music)"}]},
        {"all": ["delivered(video)", {"not": "activated(video)"}]},
        {"any": ["delivered(video)", {"all": ["confirmed", "quantity <= 1000"]}]},
        {"any": ["quantity < 1", "confirmed"]},
        {"all": ["quantity >= 5", "quantity != 6"]},
        {"any": ["quantity < 3", "quantity >= 5"]},
    ],
)
def test_a_condition_that_may_hold_is_not_refused(condition: Any) -> None:
    assert told(condition) == []


AT_ONCE = [
    (
        "components[0].release.when",
        "holds from the order on, since `not` holds as long as it has not happened; say with `after` or `at` "
        "when it is looked at",
    )
]


@pytest.mark.parametrize(
    "condition",
    [
        {"not": "redeemed(video)"},
        {"not": {"any": ["confirmed", "redeemed(video)"]}},
        {"all": [{"not": "redeemed(video)"}, {"not": {"all": ["confirmed", "delivered(music)"]}}]},
        {"any": ["confirmed", {"not": "redeemed(video)"}]},
        {"all": ["quantity >= 2", {"not": "redeemed(video)"}]},
        {"any": ["tier == gold", {"not": "redeemed(video)"}]},
        {"not": {"any": ["tier == gold", "redeemed(video)"]}},
    ],
)
def test_what_has_not_happened_is_looked_at_at_a_stated_moment(condition: Any) -> None:
    assert told(condition) == AT_ONCE
    assert told(condition, after="PT0S") == AT_ONCE
    assert told(condition, after="P7D") == []
    assert told(condition, at="2027-01-01 09:00") == []
    assert told(condition, needs=("music",)) == []


@pytest.mark.parametrize(
    "condition",
    [
        {"all": ["delivered(video)", {"not": "redeemed(video)"}]},
        {"not": {"not": "confirmed"}},
        {"any": ["quantity >= 2", "confirmed"]},
        {"not": "tier == gold"},
        "quantity >= 2",
    ],
)
def test_what_waits_for_something_else_needs_no_moment(condition: Any) -> None:
    assert told(condition) == []
