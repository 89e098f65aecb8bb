"""Waiting: how long between questions, and holds that end when they were first said to end."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fulfilment.holds import RETRIED, HoldReason
from domain.fulfilment.situation import Situation
from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import NextAction, Step, after_answer, hold_step
from domain.fulfilment.waits import check_interval
from domain.notes.general import Said
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import PartlyDelivered, QueryOutcome, Rejected, UnknownOrder

NOW = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def retry_after(attempts: int, window: timedelta = 9 * DAY) -> timedelta | None:
    """How long after it began a hold for stock tries again, at the given number of attempts."""
    step = hold_step(HoldReason.OUT_OF_STOCK, Said(text=""), NOW, NOW + window, 0, attempts)
    return step.at - NOW if step.at else None


def test_holds_whose_cause_may_pass_by_itself_are_tried_again() -> None:
    assert sorted(RETRIED) == ["out_of_stock", "supplier_balance", "supplier_unavailable"]


@pytest.mark.parametrize("reason", list(HoldReason))
def test_a_hold_names_its_reason_deadline_and_next_look(reason: HoldReason) -> None:
    again = NOW + timedelta(minutes=10) if reason in RETRIED else None
    assert hold_step(reason, Said(text="why"), NOW, NOW + DAY, 3) == Step(
        state=DeliveryState.HELD,
        next_action=NextAction.HOLD,
        at=again,
        offer=3,
        reason=reason,
        deadline=NOW + DAY,
        note=Said(text="why"),
    )


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 10), (2, 20), (3, 40), (4, 80), (5, 160), (6, 320), (7, 360), (10**9, 360)]
)
def test_a_hold_is_tried_again_after_waits_that_double_up_to_six_hours(attempts: int, minutes: int) -> None:
    assert retry_after(attempts) == timedelta(minutes=minutes)


def test_a_hold_that_ends_before_its_next_look_has_none() -> None:
    assert retry_after(1, timedelta(minutes=10)) is None
    assert retry_after(1, timedelta(minutes=10, microseconds=1)) == timedelta(minutes=10)
    assert retry_after(1, timedelta(0)) is None


HELD: list[QueryOutcome] = [
    PartlyDelivered(()),
    Rejected("E7", Said(text="refused"), "request"),
    Rejected("E7", Said(text="refused"), "offer", out_of_stock=True),
    UnknownOrder(),
]


def held_until(outcome: QueryOutcome, now: datetime, window: timedelta, earlier: datetime | None) -> datetime:
    """The deadline of the hold that follows this answer to the only offer's last submission."""
    step = after_answer(
        outcome,
        Situation(
            now=now,
            offer=0,
            offers=1,
            checks=0,
            submissions=5,
            last_submitted_at=NOW - DAY,
            capabilities=Capabilities("refuse", True, True, timedelta(0)),
            hold_window=window,
            hold_deadline=earlier,
        ),
    )
    assert (step.state, step.next_action) == (DeliveryState.HELD, NextAction.HOLD)
    assert step.deadline is not None
    return step.deadline


@pytest.mark.parametrize("outcome", HELD, ids=lambda outcome: type(outcome).__name__)
def test_a_first_hold_lasts_as_long_as_the_contract_says(outcome: QueryOutcome) -> None:
    assert held_until(outcome, NOW, 3 * DAY, None) == NOW + 3 * DAY
    assert held_until(outcome, NOW, timedelta(0), None) == NOW


@pytest.mark.parametrize("outcome", HELD, ids=lambda outcome: type(outcome).__name__)
@given(since=st.timedeltas(timedelta(0), 9 * DAY), window=st.timedeltas(timedelta(0), 9 * DAY))
def test_trying_again_does_not_extend_a_hold(
    outcome: QueryOutcome, since: timedelta, window: timedelta
) -> None:
    assert held_until(outcome, NOW + since, window, NOW + window) == NOW + window


@given(st.integers(0, 10**9))
def test_intervals_widen_up_to_a_quarter_of_an_hour(checks: int) -> None:
    wait, later = check_interval(checks), check_interval(checks + 1)
    assert timedelta(seconds=2) <= wait <= later <= timedelta(minutes=15)


def test_the_first_interval_is_the_suppliers_and_each_next_half_as_long_again() -> None:
    waits = [check_interval(checks, timedelta(seconds=8)) for checks in range(4)]
    assert [wait.total_seconds() for wait in waits] == [8, 12, 18, 27]
    assert check_interval(15) == timedelta(seconds=2 * 1.5**15)
    assert check_interval(16) == timedelta(minutes=15)


def test_a_supplier_that_asks_for_an_hour_is_asked_about_sixty_times() -> None:
    assert check_interval(60, timedelta(hours=1)) == timedelta(minutes=15)
