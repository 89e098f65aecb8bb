"""What is remarked of a bundle that is valid: releases that are worth nothing, and moments that are past."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.contract.bundle import Bundle
from domain.validation.remarks import remarks
from tests.unit.builders import benefit, bundle, catalogue, cny, component, offer

SHELF = catalogue(
    benefit("video"),
    benefit("coupon", stand_alone=cny(1)),
    benefit("gift", stand_alone=cny(0)),
    benefit("phone", offers=[offer(max_units=1)]),
)
NOW = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)


def told(contract: Bundle) -> list[tuple[str, str]]:
    """Each remark's field and sentence."""
    return [(each.field, each.message) for each in remarks(contract, SHELF, NOW)]


def worthless(which: str) -> str:
    return (
        f"there is no part of the price for {which}, so that nothing is paid back; "
        "give fewer releases or a higher price"
    )


def test_a_price_of_two_cents_leaves_ten_of_twelve_releases_without_a_part() -> None:
    year = component("video", release={"every": "P1M", "times": 12})
    assert told(bundle(year, price=cny(2))) == [("components[0].release", worthless("10 of its 12 releases"))]
    assert told(bundle(year, price=cny(11))) == [("components[0].release", worthless("1 of its 12 releases"))]
    assert told(bundle(year, price=cny(12))) == []


def test_a_part_that_is_rounded_away_is_remarked_and_a_gift_is_not() -> None:
    small = bundle(component("video"), component("coupon"), price=cny(9))
    assert told(small) == [("components[1].release", worthless("it"))]
    assert told(bundle(component("video"), component("gift"))) == []
    assert told(bundle(component("video", share=cny(9900)), component("coupon", share=cny(0)))) == []


def test_a_limit_that_no_single_order_can_use_up_is_remarked() -> None:
    fixed = {"reversibility": "irreversible"}
    limits = {"per_buyer": 2, "per_account": 3}
    message = (
        "allows {limit}, but an order of more than 1 is refused: suppliers sell no more of phone in one "
        "purchase, and the policy could not take one of several back; make phone reversible, relax the "
        "policy, or allow 1"
    )
    whole = bundle(component("phone", **fixed), policy="all_or_nothing", limits=limits)
    assert told(whole) == [
        ("limits.per_buyer", message.format(limit=2)),
        ("limits.per_account", message.format(limit=3)),
    ]
    assert told(bundle(component("phone", **fixed), limits=limits)) == []
    assert told(bundle(component("video", **fixed), policy="all_or_nothing", limits=limits)) == []
    assert told(bundle(component("phone", **fixed), policy="all_or_nothing", limits={"per_buyer": 1})) == []


def test_a_limit_of_bundles_that_a_limit_of_benefits_keeps_out_of_reach_is_remarked() -> None:
    year = component("video", quantity=2, release={"every": "P1M", "times": 3})

    def of(benefits: int, **more: int) -> list[tuple[str, str]]:
        return told(bundle(year, limits={"per_benefit": {"video": benefits}, **more}))

    assert (of(6), of(12, per_buyer=2)) == ([], [])
    field = "limits.per_benefit.video"
    assert of(5) == [(field, "allows 5, but 6 come with 1 of the bundle; allow 6")]
    told_of_two = "allows 11, but 12 come with 2 of the bundle; allow 12 or fewer bundles per buyer"
    assert of(11, per_buyer=2) == [(field, told_of_two)]


WAITS = {"when": "confirmed", "otherwise": "refund"}
AT = "is past already, so that it means the moment of the order"
BY = "is past already, so that nothing is waited for; give a later deadline"


@pytest.mark.parametrize(
    ("release", "field", "message"),
    [
        ({"at": "2026-03-28T22:30:00Z"}, "at", AT),
        ({"at": "2026-03-29 06:30"}, "at", AT),
        ({**WAITS, "by": "2026-03-29 06:30", "otherwise": "release"}, "by", BY),
    ],
)
def test_a_moment_that_is_past_is_remarked(release: dict[str, Any], field: str, message: str) -> None:
    one = component("video", release=release, share=cny(9900))
    assert told(bundle(one)) == [(f"components[0].release.{field}", message)]


@pytest.mark.parametrize(
    "release",
    [
        {"at": "2026-03-28T22:30:01Z"},
        {**WAITS, "by": "2026-03-29 06:31", "otherwise": "release"},
        {**WAITS, "by": "P1D"},
    ],
)
def test_a_moment_that_comes_is_not(release: dict[str, Any]) -> None:
    assert told(bundle(component("video", release=release, share=cny(9900)))) == []
