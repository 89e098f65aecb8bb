"""What is owed back: never more than the share, and together with what is kept exactly the share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fulfilment.refunds import refund_due
from domain.fulfilment.states import DeliveryState
from domain.money import Money, allocate

OWING = [DeliveryState.FAILED, DeliveryState.CANCELLED, DeliveryState.REVOKED, DeliveryState.REFUNDED]
SHARES = st.integers(0, 10**9)
UNITS = st.integers(1, 1000)


@pytest.mark.parametrize("state", OWING)
def test_a_delivery_that_issued_nothing_is_owed_in_full_paid_back_or_not(
    state: DeliveryState,
) -> None:
    assert refund_due(state, 3301, 3, 0) == 3301


@pytest.mark.parametrize("state", sorted(set(DeliveryState) - set(OWING)))
def test_nothing_is_owed_for_an_open_or_delivered_delivery(state: DeliveryState) -> None:
    assert refund_due(state, 3301, 3, 0) == 0


def test_the_missing_units_are_paid_back() -> None:
    assert refund_due(DeliveryState.FAILED, 3000, 3, 1) == 2000


def test_the_odd_cent_goes_where_the_largest_remainder_is() -> None:
    assert refund_due(DeliveryState.FAILED, 100, 3, 1) == 67
    assert refund_due(DeliveryState.FAILED, 100, 3, 2) == 33


def test_half_a_cent_stays_with_the_units_that_were_issued() -> None:
    assert refund_due(DeliveryState.FAILED, 101, 2, 1) == 50


def test_a_share_of_nothing_owes_nothing() -> None:
    assert refund_due(DeliveryState.FAILED, 0, 2, 1) == 0


def test_nothing_is_missing_when_every_unit_or_more_was_issued() -> None:
    assert refund_due(DeliveryState.FAILED, 3000, 2, 2) == 0
    assert refund_due(DeliveryState.FAILED, 3000, 2, 3) == 0


@given(st.sampled_from(list(DeliveryState)), SHARES, UNITS, st.integers(0, 1100))
def test_a_refund_is_between_nothing_and_the_share(
    state: DeliveryState, share: int, units: int, issued: int
) -> None:
    assert 0 <= refund_due(state, share, units, issued) <= share


@given(SHARES, UNITS, st.data())
def test_kept_and_refunded_are_the_share_to_within_the_cent_of_their_proportion(
    share: int, units: int, data: st.DataObject
) -> None:
    issued = data.draw(st.integers(0, units))
    refunded = refund_due(DeliveryState.FAILED, share, units, issued)
    kept, missing = allocate(share, [issued, units - issued])
    assert abs(kept * units - share * issued) < units
    assert (refunded, kept + refunded) == (missing, share)


@given(SHARES, st.integers(1, 50))
def test_the_more_is_issued_the_less_is_owed(share: int, units: int) -> None:
    owed = [refund_due(DeliveryState.CANCELLED, share, units, issued) for issued in range(units + 1)]
    assert owed == sorted(owed, reverse=True)
    assert (owed[0], owed[-1]) == (share, 0)


@pytest.mark.parametrize(("currency", "text"), [("JPY", "571 JPY"), ("KWD", "0.571 KWD")])
def test_what_is_cancelled_after_the_first_of_five_parts_is_paid_back_exactly(
    currency: str, text: str
) -> None:
    """Three units at once, one later, one a month for three months: one price for each of the seven."""
    delivered, later, monthly = allocate(1000, [3, 1, 3])
    shares = [later, *allocate(monthly, [1, 1, 1])]
    owed = [refund_due(DeliveryState.CANCELLED, share, 1, 0) for share in shares]
    assert (delivered, str(Money(amount=sum(owed), currency=currency))) == (429, text)
