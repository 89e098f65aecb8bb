"""What is remarked of a bundle that is valid: releases that are worth nothing, and moments that are past."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.contract.bundle import Bundle
from domain.validation.remarks import remarks
from tests.unit.builders import benefit, bundle, catalogue, cny, component

SHELF = catalogue(
    benefit("video"), benefit("coupon", stand_alone=cny(1)), benefit("gift", stand_alone=cny(0))
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
