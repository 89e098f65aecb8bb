"""Items: what is sold in small numbers comes as several deliveries, whose units and shares stay exact."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.planning.items import item_units, number_of
from domain.planning.plan import PlannedDelivery, plan_deliveries
from tests.unit.builders import benefit, bundle, catalogue, cny, component, offer

ANCHOR = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
FIXED = {"reversibility": "irreversible"}


def sold(*largest: int | None) -> Catalogue:
    """One benefit, `video`, with an offer for each of these largest purchases."""
    return catalogue(benefit(offers=[offer(f"s{i}", max_units=most) for i, most in enumerate(largest)]))


def units(shelf: Catalogue, quantity: int, contract: Bundle | None = None) -> list[int]:
    contract = contract or bundle(component())
    return item_units(contract, contract.components[0], shelf.benefits[0], quantity)


def plan(shelf: Catalogue, quantity: int, *components: Any, **changes: Any) -> list[PlannedDelivery]:
    return plan_deliveries(bundle(*components, **changes), shelf, quantity, ANCHOR)


@pytest.mark.parametrize(
    ("largest", "each", "quantity", "items"),
    [
        ([1], 1, 1, [1]),
        ([1], 1, 2, [1, 1]),
        ([None], 1, 1000, [1000]),
        ([2], 1, 2, [2]),
        ([5], 1, 12, [5, 5, 2]),
        ([5], 2, 4, [4, 4]),
        ([5], 2, 3, [4, 2]),
        ([3], 3, 2, [3, 3]),
        ([None, 1], 1, 2, [1, 1]),
        ([10, 4, None], 1, 8, [4, 4]),
        ([1, 4], 2, 2, [4]),
        ([1], 2, 1, []),
    ],
)
def test_an_item_is_as_many_bundles_as_every_offer_sells_that_serves_one(
    largest: Sequence[int | None], each: int, quantity: int, items: list[int]
) -> None:
    assert units(sold(*largest), quantity, bundle(component(quantity=each))) == items


def test_any_item_can_fail_over_to_any_offer() -> None:
    items = plan(sold(None, 1, 2), 3, component())
    assert [[each.connection for each in item.offers] for item in items] == [["s0", "s1", "s2"]] * 3


@pytest.mark.parametrize("policy", ["all_or_nothing", "core_must", {"at_least": 1}])
def test_what_could_not_be_taken_back_in_part_is_bought_at_once_where_the_policy_needs_it(
    policy: object,
) -> None:
    needed = bundle(component(**FIXED), policy=policy)
    assert units(sold(1, 2), 2, needed) == [2]
    assert units(sold(1), 2, needed) == []
    assert units(sold(1), 1, needed) == [1]
    spare = bundle(component(**FIXED, role="surprise"), component("music"), policy="core_must")
    assert units(sold(1), 2, spare) == [1, 1]


def test_the_odd_cent_of_a_share_goes_to_the_first_item() -> None:
    shelf = catalogue(benefit(offers=[offer(max_units=1)]), benefit("music"))
    planned = plan(shelf, 2, component("music"), component(), price=cny(9899))
    assert [(each.component, each.number, each.units, each.share.amount) for each in planned] == [
        ("music", "1", 2, 9899),
        ("video", "1.1", 1, 4950),
        ("video", "1.2", 1, 4949),
    ]


def test_each_release_is_divided_by_itself_and_a_smaller_item_has_a_smaller_share() -> None:
    year = component(release={"every": "P1M", "times": 2})
    planned = plan(sold(2), 3, year, price=cny(1111))
    assert [(each.number, each.units, each.share.amount) for each in planned] == [
        ("1.1", 2, 1111),
        ("1.2", 1, 556),
        ("2.1", 2, 1111),
        ("2.2", 1, 555),
    ]
    assert [each.due_at for each in planned] == [ANCHOR, ANCHOR, planned[2].due_at, planned[2].due_at]


@given(st.integers(1, 9999), st.integers(1, 7), st.integers(1, 60), st.integers(1, 4))
def test_the_items_of_an_order_are_all_of_it_to_the_cent(
    price: int, largest: int, quantity: int, releases: int
) -> None:
    year = component(release={"every": "P1M", "times": releases})
    planned = plan(sold(largest), quantity, year, price=cny(price))
    assert sum(each.share.amount for each in planned) == price * quantity
    for number in range(1, releases + 1):
        items = [each for each in planned if each.release == number]
        assert sum(each.units for each in items) == quantity
        assert [each.item for each in items] == list(range(1, len(items) + 1))
        assert {each.items for each in items} == {len(items)}
        assert all(1 <= each.units <= largest for each in items)
        ones = {each.share.amount for each in items if each.units == items[0].units}
        assert max(ones) - min(ones) <= 1


def test_a_release_that_is_one_delivery_has_its_number_alone() -> None:
    assert (number_of(3, 1, 1), number_of(3, 1, 2), number_of(3, 12, 12)) == ("3", "3.1", "3.12")
