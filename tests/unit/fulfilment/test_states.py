"""Which moves there are, and what an order's deliveries amount to."""

from itertools import combinations_with_replacement
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fulfilment.states import (
    CLOSED,
    LOST,
    UNRESOLVED_ATTEMPTS,
    AttemptState,
    DeliveryState,
    OrderState,
    may_move,
    order_state,
)
from domain.fulfilment.states import DeliveryState as D

EVERY = list(DeliveryState)
OPEN = {D.PLANNED, D.HELD, D.IN_PROGRESS, D.UNCERTAIN}
MOVES = {
    "planned": "held in_progress failed cancelled",
    "held": "in_progress uncertain delivered failed cancelled revoked",
    "in_progress": "held uncertain delivered failed cancelled",
    "uncertain": "held in_progress delivered failed cancelled",
    "delivered": "revoked",
    "failed": "refunded revoked",
    "cancelled": "",
    "revoked": "refunded",
    "refunded": "",
}


@pytest.mark.parametrize("old", EVERY)
def test_a_delivery_moves_only_where_it_may(old: DeliveryState) -> None:
    moves = {new for new in EVERY if may_move(old, new)}
    assert moves == {old, *(D(name) for name in MOVES[old].split())}


@given(st.lists(st.sampled_from(EVERY), max_size=40))
def test_what_was_closed_is_only_ever_taken_back_and_refunded(wishes: list[DeliveryState]) -> None:
    life = [D.PLANNED]
    for wish in wishes:
        if wish is not life[-1] and may_move(life[-1], wish):
            life.append(wish)
    end = [state for state in life if state not in OPEN]
    assert life == [state for state in life if state in OPEN] + end
    assert set(end[1:]) <= {D.REVOKED, D.REFUNDED}
    assert len(end) == len(set(end))


def test_closed_and_lost_states() -> None:
    assert set(EVERY) - OPEN == CLOSED
    assert CLOSED - {D.DELIVERED} == LOST


def test_attempts_without_a_final_answer_are_never_replaced() -> None:
    assert {AttemptState.OPEN, AttemptState.PENDING, AttemptState.UNCERTAIN} == UNRESOLVED_ATTEMPTS


@pytest.mark.parametrize(
    ("deliveries", "order"),
    [
        ("planned planned", "acknowledged"),
        ("planned in_progress", "in_progress"),
        ("planned delivered", "in_progress"),
        ("planned cancelled", "in_progress"),
        ("uncertain", "in_progress"),
        ("delivered failed uncertain", "in_progress"),
        ("held", "held"),
        ("planned held", "held"),
        ("held uncertain delivered", "held"),
        ("delivered", "completed"),
        ("delivered delivered", "completed"),
        ("delivered failed", "partial"),
        ("delivered cancelled", "partial"),
        ("delivered refunded", "partial"),
        ("failed", "failed"),
        ("failed cancelled", "failed"),
        ("revoked failed", "failed"),
        ("revoked", "failed"),
        ("refunded", "failed"),
        ("cancelled", "cancelled"),
        ("cancelled cancelled", "cancelled"),
    ],
)
def test_an_order_is_what_its_deliveries_amount_to(deliveries: str, order: str) -> None:
    assert order_state([D(name) for name in deliveries.split()]) is OrderState(order)


def amounts_to(deliveries: tuple[DeliveryState, ...]) -> OrderState:
    """The same, said by counting instead of by sets."""
    held, planned = deliveries.count(D.HELD), deliveries.count(D.PLANNED)
    moving = deliveries.count(D.IN_PROGRESS) + deliveries.count(D.UNCERTAIN)
    delivered, cancelled = deliveries.count(D.DELIVERED), deliveries.count(D.CANCELLED)
    if held > 0:
        return OrderState.HELD
    if moving + planned > 0:
        return OrderState.ACKNOWLEDGED if planned == len(deliveries) else OrderState.IN_PROGRESS
    if delivered > 0:
        return OrderState.COMPLETED if delivered == len(deliveries) else OrderState.PARTIAL
    return OrderState.CANCELLED if cancelled == len(deliveries) else OrderState.FAILED


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_every_order_of_up_to_four_deliveries(count: int) -> None:
    for deliveries in combinations_with_replacement(EVERY, count):
        assert order_state(deliveries) is amounts_to(deliveries), deliveries


@given(st.lists(st.sampled_from(EVERY), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_neither_the_order_nor_the_number_of_equal_deliveries_counts(
    deliveries: list[DeliveryState], random: Random
) -> None:
    shuffled = deliveries * 2
    random.shuffle(shuffled)
    assert order_state(shuffled) is order_state(deliveries)
