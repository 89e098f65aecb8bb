"""Purchases that stay unresolved: what is believed, who is told after how long, and what is asked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.situation import Situation
from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import MAX_SUBMISSIONS, NextAction, Step, after_answer, is_believed
from domain.fulfilment.waits import patient_interval
from domain.notes.general import Said, both
from domain.notes.note import Note
from domain.notes.supply.answers import Accepted, DeniesWhatItAccepted, NotResolved
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import Pending, QueryOutcome, Uncertain, UnknownOrder

NOW = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SILENT = Uncertain(Said(text="no answer"), silent=True)
PENDING = Pending(timedelta(seconds=3))
ASKABLE = Capabilities("refuse", True, True, MINUTE)


def situation(**changes: Any) -> Situation:
    """The only offer, begun and submitted just now, never asked about."""
    plain: dict[str, Any] = {
        "now": NOW,
        "offer": 0,
        "offers": 1,
        "checks": 0,
        "submissions": 1,
        "opened_at": NOW,
        "last_submitted_at": NOW,
        "capabilities": ASKABLE,
        "hold_window": HOUR,
    }
    return Situation.model_validate({**plain, **changes})


@pytest.mark.parametrize("submissions", [1, MAX_SUBMISSIONS])
def test_that_an_accepted_order_is_not_known_is_not_believed(submissions: int) -> None:
    late = situation(accepted=True, submissions=submissions, last_submitted_at=NOW - HOUR)
    assert not is_believed(UnknownOrder(), late)
    assert after_answer(UnknownOrder(), late) == Step(
        state=DeliveryState.UNCERTAIN,
        next_action=NextAction.CHECK,
        at=NOW + timedelta(seconds=2),
        note=DeniesWhatItAccepted(),
    )


@pytest.mark.parametrize(
    ("outcome", "changes", "believed"),
    [
        (UnknownOrder(), {}, True),
        (UnknownOrder(), {"now": NOW + MINUTE - timedelta(microseconds=1)}, False),
        (UnknownOrder(), {"accepted": True}, False),
        (UnknownOrder(), {"remembered": True}, True),
        (PENDING, {}, False),
    ],
)
def test_an_absence_is_believed_in_time_of_what_was_never_accepted(
    outcome: QueryOutcome, changes: dict[str, Any], believed: bool
) -> None:
    assert is_believed(outcome, situation(**{"now": NOW + MINUTE, **changes})) is believed


TOO_BUSY = Uncertain(Said(text="too many requests"), after=2 * HOUR)


@pytest.mark.parametrize(("answer", "wait"), [(SILENT, patient_interval(HOUR)), (TOO_BUSY, 2 * HOUR)])
def test_what_a_person_is_to_find_out_stays_with_him_when_its_supplier_does_not_answer(
    answer: Uncertain, wait: timedelta
) -> None:
    why, person = Said(text="asked in vain"), HoldReason.NEEDS_ATTENTION
    held = situation(held=person, held_note=why, hold_deadline=NOW + DAY, checks=14, opened_at=NOW - HOUR)
    assert after_answer(answer, held) == Step(
        state=DeliveryState.HELD,
        next_action=NextAction.CHECK,
        at=NOW + wait,
        reason=person,
        deadline=NOW + DAY,
        note=why,
    )


def test_what_goes_on_by_itself_is_asked_about_soon_again() -> None:
    held = situation(held=HoldReason.SUPPLIER_UNAVAILABLE, checks=2, opened_at=NOW - 6 * MINUTE)
    step = after_answer(SILENT, held)
    assert (step.state, step.at) == (DeliveryState.UNCERTAIN, NOW + timedelta(seconds=4.5))


def test_an_absence_is_not_believed_of_what_was_lost_with_our_own_book() -> None:
    ours = Capabilities("refuse", True, True, timedelta(0), kept_here=True)
    assert not is_believed(UnknownOrder(), situation(remembered=True, capabilities=ours))


UNCLEAR = Uncertain(Said(text="status 77"))


@pytest.mark.parametrize(
    ("outcome", "reason", "note"),
    [
        (PENDING, HoldReason.NEEDS_ATTENTION, both(Accepted(), NotResolved(days=1))),
        (SILENT, HoldReason.SUPPLIER_UNAVAILABLE, both(Said(text="no answer"), NotResolved(days=1))),
        (
            Uncertain(Said(text="status 77")),
            HoldReason.NEEDS_ATTENTION,
            both(Said(text="status 77"), NotResolved(days=1)),
        ),
    ],
)
def test_what_is_not_resolved_within_a_day_is_held_for_a_person_and_asked_about_further(
    outcome: QueryOutcome, reason: HoldReason, note: Note
) -> None:
    opened = NOW - DAY
    assert after_answer(outcome, situation(opened_at=opened)).state is not DeliveryState.HELD
    a_little_older = opened - timedelta(seconds=1)
    step = after_answer(outcome, situation(opened_at=a_little_older))
    wait = (NOW - a_little_older) / 8
    assert step == Step(
        state=DeliveryState.HELD,
        next_action=NextAction.CHECK,
        at=NOW + wait,
        reason=reason,
        deadline=NOW + DAY,
        note=note,
    )


def test_a_longer_hold_window_leaves_a_supplier_more_time() -> None:
    window = {"hold_window": 3 * DAY}
    assert after_answer(PENDING, situation(opened_at=NOW - 3 * DAY, **window)).state != DeliveryState.HELD
    older = after_answer(PENDING, situation(opened_at=NOW - 4 * DAY, **window))
    assert (older.state, older.deadline) == (DeliveryState.HELD, NOW + 3 * DAY)


def test_what_is_sent_again_instead_of_asked_about_is_so_while_it_is_held() -> None:
    replays = Capabilities("replay", False, True, timedelta(0))
    step = after_answer(SILENT, situation(opened_at=NOW - 2 * DAY, capabilities=replays))
    assert (step.state, step.next_action, step.at) == (DeliveryState.HELD, NextAction.SUBMIT, NOW + 6 * HOUR)


@pytest.mark.parametrize(("outcome", "questions", "deadlines"), [(PENDING, 182, 59), (SILENT, 183, 59)])
def test_sixty_days_of_no_answer_are_sixty_days_with_a_deadline(
    outcome: QueryOutcome, questions: int, deadlines: int
) -> None:
    """At each deadline it is asked about, and has another one; nothing closes it."""
    now, checks, deadline, revision = NOW, 0, None, set()
    while now < NOW + 60 * DAY:
        step = after_answer(outcome, situation(now=now, checks=checks, hold_deadline=deadline, opened_at=NOW))
        assert step.next_action is NextAction.CHECK and step.at is not None
        assert (step.state is DeliveryState.HELD) is (now > NOW + DAY) is (step.deadline is not None)
        assert step.deadline is None or now < step.at <= step.deadline
        deadline = step.deadline
        revision |= {deadline} if deadline else set()
        now, checks = step.at, checks + 1
    assert (checks, len(revision)) == (questions, deadlines)


@pytest.mark.parametrize(
    ("age", "wait"),
    [(MINUTE, 15 * MINUTE), (2 * HOUR, 15 * MINUTE), (DAY, 3 * HOUR), (8 * DAY, DAY), (365 * DAY, DAY)],
)
def test_a_person_is_left_time_before_the_next_question(age: timedelta, wait: timedelta) -> None:
    assert patient_interval(age) == wait
