"""The plan of an order: each part's share of the price, when it is due, and from whom it is bought."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.contract.bundle import Bundle, Reversibility, Role
from domain.contract.catalogue import BenefitKind
from domain.contract.release import Release
from domain.planning.plan import (
    PinnedOffer,
    PlannedDelivery,
    component_shares,
    pinned_offers,
    pivots,
    plan_deliveries,
    with_prices,
)
from tests.unit.builders import after, benefit, bundle, catalogue, cny, component, offer, usd

ANCHOR = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)


def test_the_price_falls_to_components_by_stand_alone_price_and_quantity() -> None:
    shelf = catalogue(benefit("video", stand_alone=cny(2500)), benefit("phone", stand_alone=cny(3000)))
    duo = bundle(component("video", quantity=2), component("phone"), price=cny(6000))
    assert component_shares(duo, shelf, 1) == [3750, 2250]


def test_a_component_may_name_a_stand_alone_price_of_its_own() -> None:
    shelf = catalogue(benefit("video", stand_alone=cny(2500)), benefit("phone", stand_alone=cny(3000)))
    duo = bundle(component("video", stand_alone=cny(1000)), component("phone"), price=cny(4000))
    assert component_shares(duo, shelf, 1) == [1000, 3000]


def test_the_odd_cent_is_divided_once_over_the_whole_order() -> None:
    shelf = catalogue(benefit("a"), benefit("b"), benefit("c"))
    trio = bundle(component("a"), component("b"), component("c"), price=cny(100))
    assert component_shares(trio, shelf, 1) == [34, 33, 33]
    assert component_shares(trio, shelf, 2) == [67, 67, 66]
    assert component_shares(trio, shelf, 3) == [100, 100, 100]


def test_fixed_shares_are_multiplied_by_the_quantity_whatever_the_stand_alone_prices() -> None:
    shelf = catalogue(benefit("video", stand_alone=cny(1)), benefit("phone", stand_alone=cny(9999)))
    duo = bundle(
        component("video", share=cny(6001), quantity=5), component("phone", share=cny(3899)), price=cny(9900)
    )
    assert component_shares(duo, shelf, 1) == [6001, 3899]
    assert component_shares(duo, shelf, 7) == [42007, 27293]


def test_what_was_paid_is_divided_where_it_is_less_than_the_price() -> None:
    shelf = catalogue(benefit("video", stand_alone=cny(2500)), benefit("phone", stand_alone=cny(3000)))
    duo = bundle(component("video"), component("phone"), price=cny(5500))
    assert component_shares(duo, shelf, 2, 6100) == [2227, 2673]
    plan = plan_deliveries(duo, shelf, 2, ANCHOR, discount=11000)
    assert [each.share for each in plan] == [cny(0), cny(0)]


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=6).filter(any), st.integers(1, 1000))
def test_shares_sum_to_the_price_of_the_order(prices: list[int], quantity: int) -> None:
    shelf = catalogue(*(benefit(f"b{i}", stand_alone=cny(price)) for i, price in enumerate(prices)))
    many = bundle(*(component(f"b{i}") for i in range(len(prices))), price=cny(9999))
    assert sum(component_shares(many, shelf, quantity)) == 9999 * quantity


def due(**changes: Any) -> list[datetime | None]:
    """When each release of a video with these changes is due."""
    return [d.due_at for d in plan_deliveries(bundle(component(**changes)), catalogue(), 1, ANCHOR)]


def test_a_component_is_due_when_the_order_was_placed() -> None:
    assert due() == [ANCHOR]


def test_after_counts_elapsed_time() -> None:
    assert due(release=after(days=3)) == [datetime(2026, 3, 31, 22, 30, tzinfo=UTC)]
    assert due(release=after(minutes=30)) == [datetime(2026, 3, 28, 23, 0, tzinfo=UTC)]


def test_the_longest_release_that_a_contract_may_name_can_be_computed() -> None:
    assert due(release=after(days=3660)) == [ANCHOR + timedelta(days=3660)]
    with pytest.raises(ValidationError):
        Release.model_validate({"after": "P3661D"})


def test_every_release_of_a_schedule_counts_in_the_price_and_the_share_is_divided_exactly() -> None:
    shelf = catalogue(benefit("video"), benefit("music"))
    year = bundle(
        component("video", release={"every": "P1M", "times": 3}, quantity=2),
        component("music"),
        price=cny(10001),
    )
    plan = plan_deliveries(year, shelf, 1, ANCHOR)
    assert [(d.component, d.release, d.units, d.share) for d in plan] == [
        ("video", 1, 2, cny(2858)),
        ("video", 2, 2, cny(2857)),
        ("video", 3, 2, cny(2857)),
        ("music", 1, 1, cny(1429)),
    ]
    assert [d.due_at for d in plan] == [
        ANCHOR,
        datetime(2026, 4, 28, 22, 30, tzinfo=UTC),
        datetime(2026, 5, 28, 22, 30, tzinfo=UTC),
        ANCHOR,
    ]


def test_a_price_of_fewer_cents_than_releases_gives_the_first_ones_a_cent() -> None:
    plan = plan_deliveries(
        bundle(component(release={"every": "P1M", "times": 5}), price=cny(2)), catalogue(), 1, ANCHOR
    )
    assert [d.share.amount for d in plan] == [1, 1, 0, 0, 0]


@given(
    st.lists(st.tuples(st.integers(0, 9999), st.integers(1, 366)), min_size=1, max_size=4).filter(
        lambda lines: any(price for price, _ in lines)
    ),
    st.integers(1, 10**6),
    st.integers(1, 1000),
)
def test_shares_of_releases_sum_to_the_price_of_the_order(
    lines: list[tuple[int, int]], price: int, quantity: int
) -> None:
    shelf = catalogue(*(benefit(f"b{i}", stand_alone=cny(p)) for i, (p, _) in enumerate(lines)))
    parts = [component(f"b{i}", release={"every": "P1D", "times": n}) for i, (_, n) in enumerate(lines)]
    plan = plan_deliveries(bundle(*parts, price=cny(price)), shelf, quantity, ANCHOR)
    assert sum(d.share.amount for d in plan) == price * quantity
    for i, (_, times) in enumerate(lines):
        shares = [d.share.amount for d in plan if d.component == f"b{i}"]
        assert len(shares) == times
        assert max(shares) - min(shares) <= 1


def test_offers_are_tried_by_priority_then_cost_then_as_written() -> None:
    several = benefit(
        offers=[
            offer("late", cny(1), priority=20),
            offer("dear", cny(300), product="d", options={"method": "mobile"}),
            offer("cheap", cny(200)),
            offer("cheap-too", cny(200)),
            offer("first", cny(900), priority=0),
        ]
    )
    pinned = pinned_offers(bundle(), component(), several, 1)
    assert [p.connection for p in pinned] == ["first", "cheap", "cheap-too", "dear", "late"]
    assert pinned[3] == PinnedOffer(
        connection="dear", product="d", unit_cost=cny(300), options={"method": "mobile"}
    )


def test_an_offer_above_the_cost_ceiling_or_in_another_currency_is_never_pinned() -> None:
    several = benefit(
        offers=[offer("above", cny(201)), offer("at", cny(200)), offer("foreign", usd(1)), offer("x", cny(9))]
    )
    assert [p.connection for p in pinned_offers(bundle(), component(max_cost=cny(200)), several, 1)] == [
        "x",
        "at",
    ]


def test_the_ceiling_is_the_contracts_or_else_the_dearest_offer() -> None:
    shelf = catalogue(benefit(offers=[offer(cost=cny(150)), offer(cost=cny(400)), offer(cost=cny(300))]))
    (open_ended,) = plan_deliveries(bundle(component()), shelf, 1, ANCHOR)
    (capped,) = plan_deliveries(bundle(component(max_cost=cny(350))), shelf, 1, ANCHOR)
    assert open_ended.max_unit_cost == cny(400)
    assert capped.max_unit_cost == cny(350)


def test_a_plan_holds_one_delivery_per_component_in_contract_order() -> None:
    shelf = catalogue(
        benefit("phone", kind="recharge", account="phone", title="话费"),
        benefit("coupon", kind="link", shared_credential=True),
    )
    duo = bundle(
        component("coupon", role="surprise", release=after(days=1)),
        component("phone", quantity=2, recipient={"platform": "mobile"}, reversibility="irreversible"),
        price=cny(3000),
    )
    coupon, phone = plan_deliveries(duo, shelf, 3, ANCHOR)
    assert phone == PlannedDelivery(
        component="phone",
        release=1,
        benefit="phone",
        title="话费",
        kind=BenefitKind.RECHARGE,
        units=6,
        role=Role.CORE,
        reversibility=Reversibility.IRREVERSIBLE,
        shared_credential=False,
        recipient="mobile",
        due_at=ANCHOR,
        share=cny(6000),
        max_unit_cost=cny(100),
        offers=[PinnedOffer(connection="alpha", product="p-1", unit_cost=cny(100))],
    )
    assert (coupon.component, coupon.units, coupon.share) == ("coupon", 3, cny(3000))
    assert (coupon.recipient, coupon.shared_credential, coupon.role) == (None, True, Role.SURPRISE)
    assert coupon.due_at == ANCHOR + timedelta(days=1)


def test_a_component_of_an_unknown_benefit_cannot_be_planned() -> None:
    with pytest.raises(LookupError, match=r"^benefit music is not in the catalogue$"):
        plan_deliveries(bundle(component("music")), catalogue(), 1, ANCHOR)


def test_written_out_prices_survive_a_later_catalogue() -> None:
    sold = with_prices(
        bundle(component("a"), component("b", stand_alone=cny(5))), catalogue(benefit("a"), benefit("b"))
    )
    assert [c.stand_alone for c in sold.components] == [cny(1000), cny(5)]
    later = catalogue(benefit("a", stand_alone=cny(1)), benefit("b", stand_alone=cny(10**6)))
    assert component_shares(sold, later, 1) == [9851, 49]


IRREVERSIBLE_AND_NOT = [component("a", reversibility="irreversible", role="frequent"), component("b")]


@pytest.mark.parametrize(
    ("policy", "waiting"),
    [
        ("all_or_nothing", {"a"}),
        ("core_must", {"a"}),
        ({"at_least": 1}, {"a"}),
        ("best_effort", set()),
    ],
)
def test_irreversible_components_wait_under_a_policy_that_may_undo(policy: object, waiting: set[str]) -> None:
    contract: Bundle = bundle(*IRREVERSIBLE_AND_NOT, policy=policy)
    assert pivots(contract) == waiting
