"""What follows a supplier's answer: the whole step, for each answer."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.situation import Situation
from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import MAX_SUBMISSIONS, NextAction, Step, after_answer, hold_reason, strongest
from domain.notes.general import Said
from domain.notes.supply.answers import (
    Accepted,
    NeverReceived,
    NotKnownYet,
    OnlySomeUnits,
    Refused,
    SentInVain,
)
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import (
    ActionRequired,
    Delivered,
    IssuedUnit,
    PartlyDelivered,
    Pending,
    QueryOutcome,
    Rejected,
    Uncertain,
    UnknownOrder,
)

NOW = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
DAY = timedelta(days=1)
UNIT = IssuedUnit(number="4111")


def situation(**changes: Any) -> Situation:
    """The first of two offers, submitted just now, never asked about; absence is believed after a minute."""
    plain: dict[str, Any] = {
        "now": NOW,
        "offer": 0,
        "offers": 2,
        "checks": 0,
        "submissions": 1,
        "last_submitted_at": NOW,
        "capabilities": Capabilities("refuse", True, True, timedelta(minutes=1)),
        "hold_window": DAY,
    }
    return Situation.model_validate({**plain, **changes})


def rejected(
    scope: Literal["offer", "supplier", "request"] = "offer", *, out_of_stock: bool = False
) -> Rejected:
    return Rejected("E7", Said(text="refused"), scope, out_of_stock)


def test_a_delivery_that_was_made_is_done() -> None:
    step = after_answer(Delivered((UNIT,)), situation(offer=1))
    assert step == Step(state=DeliveryState.DELIVERED, next_action=NextAction.DONE, offer=1)


def test_a_delivery_that_was_made_in_part_is_held_for_a_person() -> None:
    assert after_answer(PartlyDelivered((UNIT, UNIT)), situation(offer=1)) == Step(
        state=DeliveryState.HELD,
        next_action=NextAction.HOLD,
        offer=1,
        reason=HoldReason.NEEDS_ATTENTION,
        deadline=NOW + DAY,
        note=OnlySomeUnits(units=2),
    )


@pytest.mark.parametrize(("checks", "seconds"), [(0, 8), (1, 12), (2, 18), (3, 27), (100, 900)])
def test_an_accepted_purchase_is_asked_about_after_ever_longer_waits(checks: int, seconds: int) -> None:
    assert after_answer(Pending(timedelta(seconds=8)), situation(checks=checks, offer=1)) == Step(
        state=DeliveryState.IN_PROGRESS,
        next_action=NextAction.CHECK,
        at=NOW + timedelta(seconds=seconds),
        offer=1,
        note=Accepted(),
    )


@pytest.mark.parametrize(("checks", "seconds"), [(0, 2), (1, 3), (2, 4.5), (100, 900)])
def test_what_is_uncertain_is_asked_about_and_never_sent_again(checks: int, seconds: float) -> None:
    late = situation(checks=checks, submissions=MAX_SUBMISSIONS, last_submitted_at=NOW - DAY)
    assert after_answer(Uncertain(Said(text="no answer within 5 s"), silent=True), late) == Step(
        state=DeliveryState.UNCERTAIN,
        next_action=NextAction.CHECK,
        at=NOW + timedelta(seconds=seconds),
        note=Said(text="no answer within 5 s"),
    )


@pytest.mark.parametrize(
    ("checks", "held"),
    [
        (11, (DeliveryState.UNCERTAIN, None, None)),
        (12, (DeliveryState.HELD, HoldReason.NEEDS_ATTENTION, NOW + DAY)),
    ],
)
def test_answers_that_never_tell_are_a_persons_business_and_are_asked_for_further(
    checks: int, held: tuple[DeliveryState, HoldReason | None, datetime | None]
) -> None:
    step = after_answer(Uncertain(Said(text="status 77")), situation(checks=checks))
    assert step.next_action is NextAction.CHECK
    assert (step.state, step.reason, step.deadline) == held


@pytest.mark.parametrize(("checks", "seconds"), [(0, 70), (12, 259.492675781), (100, 900)])
def test_a_supplier_too_busy_to_say_is_left_alone_as_long_as_it_wants(checks: int, seconds: float) -> None:
    """However often: it says nothing about the order, so there is nothing for a person to find out."""
    step = after_answer(
        Uncertain(Said(text="HTTP 429"), after=timedelta(seconds=70)), situation(checks=checks)
    )
    assert (step.state, step.next_action) == (DeliveryState.UNCERTAIN, NextAction.CHECK)
    assert step.at == NOW + timedelta(seconds=seconds)
    replays = situation(capabilities=Capabilities("replay", False, True, timedelta(0)))
    again = after_answer(Uncertain(Said(text="HTTP 429"), after=timedelta(seconds=70)), replays)
    assert (again.next_action, again.at) == (NextAction.SUBMIT, NOW + timedelta(seconds=70))


@pytest.mark.parametrize(
    "outcome", [Uncertain(Said(text="no answer"), silent=True), Pending(timedelta(seconds=2))]
)
def test_a_supplier_that_can_neither_be_asked_nor_repeats_itself_is_tried_once(outcome: QueryOutcome) -> None:
    once = situation(capabilities=Capabilities("none", False, True, timedelta(0)))
    step = after_answer(outcome, once)
    assert (step.state, step.next_action, step.reason) == (
        DeliveryState.HELD,
        NextAction.HOLD,
        HoldReason.NEEDS_ATTENTION,
    )
    assert step.deadline is not None and step.deadline >= NOW + DAY


def test_a_supplier_that_repeats_its_first_answer_is_sent_the_same_again_instead_of_asked() -> None:
    replays = situation(capabilities=Capabilities("replay", False, True, timedelta(0)), submissions=2)
    assert after_answer(Uncertain(Said(text="no answer"), silent=True), replays) == Step(
        state=DeliveryState.UNCERTAIN,
        next_action=NextAction.SUBMIT,
        at=NOW + timedelta(seconds=3),
        note=Said(text="no answer"),
    )


@pytest.mark.parametrize(
    "outcome", [UnknownOrder(), Uncertain(Said(text="x")), Pending(timedelta(seconds=1))]
)
@given(st.integers(0, 10), st.integers(1, 9), st.timedeltas(-DAY, DAY))
def test_an_unresolved_attempt_is_never_replaced(
    outcome: QueryOutcome, checks: int, submissions: int, since: timedelta
) -> None:
    facts = situation(checks=checks, submissions=submissions, last_submitted_at=NOW - since)
    assert after_answer(outcome, facts).offer == facts.offer


@pytest.mark.parametrize(("checks", "after"), [(0, 2), (5, 15.1875), (9, 59), (100, 59)])
def test_absence_is_not_believed_before_its_time(checks: int, after: float) -> None:
    facts = situation(checks=checks, last_submitted_at=NOW - timedelta(seconds=1))
    assert after_answer(UnknownOrder(), facts) == Step(
        state=DeliveryState.UNCERTAIN,
        next_action=NextAction.CHECK,
        at=NOW + timedelta(seconds=after),
        note=NotKnownYet(),
    )


@pytest.mark.parametrize("submissions", [1, MAX_SUBMISSIONS - 1])
def test_an_absence_that_can_be_believed_is_sent_again_under_the_same_offer(submissions: int) -> None:
    facts = situation(submissions=submissions, last_submitted_at=NOW - timedelta(minutes=1))
    assert after_answer(UnknownOrder(), facts) == Step(
        state=DeliveryState.UNCERTAIN,
        next_action=NextAction.SUBMIT,
        at=NOW,
        note=NeverReceived(),
    )


def test_after_five_submissions_an_absence_is_held() -> None:
    facts = situation(submissions=5, last_submitted_at=NOW - timedelta(minutes=1))
    assert after_answer(UnknownOrder(), facts) == Step(
        state=DeliveryState.HELD,
        next_action=NextAction.HOLD,
        at=NOW + timedelta(minutes=10),
        reason=HoldReason.SUPPLIER_UNAVAILABLE,
        deadline=NOW + DAY,
        note=SentInVain(times=5),
    )


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (rejected("offer"), HoldReason.NEEDS_ATTENTION),
        (rejected("offer", out_of_stock=True), HoldReason.OUT_OF_STOCK),
        (rejected("supplier"), HoldReason.SUPPLIER_UNAVAILABLE),
        (rejected("supplier", out_of_stock=True), HoldReason.OUT_OF_STOCK),
        (ActionRequired("balance", "E7", Said(text="refused")), HoldReason.SUPPLIER_BALANCE),
        (ActionRequired("credentials", "E7", Said(text="refused")), HoldReason.SUPPLIER_UNAVAILABLE),
        (ActionRequired("account_closed", "E7", Said(text="refused")), HoldReason.SUPPLIER_UNAVAILABLE),
    ],
)
def test_a_refusal_goes_to_the_next_offer_and_says_why(
    refusal: Rejected | ActionRequired, reason: HoldReason
) -> None:
    assert hold_reason(refusal) is reason
    assert after_answer(refusal, situation(offer=1, offers=3)) == Step(
        state=DeliveryState.IN_PROGRESS,
        next_action=NextAction.SUBMIT,
        at=NOW,
        offer=2,
        reason=reason,
        note=Refused(refusal="E7", why=Said(text="refused")),
    )


def test_a_refusal_of_the_request_itself_goes_to_no_other_offer() -> None:
    assert after_answer(rejected("request"), situation(offers=3)) == Step(
        state=DeliveryState.HELD,
        next_action=NextAction.HOLD,
        reason=HoldReason.NEEDS_ATTENTION,
        deadline=NOW + DAY,
        note=Refused(refusal="E7", why=Said(text="refused")),
    )


def test_a_refusal_of_the_request_itself_is_held_for_a_person_whatever_refused_before() -> None:
    step = after_answer(rejected("request"), situation(offer=1, best_reason=HoldReason.OUT_OF_STOCK))
    assert (step.reason, step.at) == (HoldReason.NEEDS_ATTENTION, None)


def test_when_no_offer_is_left_a_refusal_is_held_and_tried_again() -> None:
    assert after_answer(rejected(out_of_stock=True), situation(offer=1)) == Step(
        state=DeliveryState.HELD,
        next_action=NextAction.HOLD,
        at=NOW + timedelta(minutes=10),
        offer=1,
        reason=HoldReason.OUT_OF_STOCK,
        deadline=NOW + DAY,
        note=Refused(refusal="E7", why=Said(text="refused")),
    )


def test_a_hold_shows_the_most_telling_reason_of_all_offers() -> None:
    earlier = situation(offer=1, best_reason=HoldReason.OUT_OF_STOCK)
    assert after_answer(rejected("offer"), earlier).reason is HoldReason.OUT_OF_STOCK
    assert after_answer(rejected("supplier"), earlier).reason is HoldReason.SUPPLIER_UNAVAILABLE


def test_the_strongest_reason_is_the_first_that_names_a_cause() -> None:
    vague, empty, broke = (HoldReason.NEEDS_ATTENTION, HoldReason.OUT_OF_STOCK, HoldReason.SUPPLIER_BALANCE)
    assert strongest([vague, broke, empty]) is broke
    assert strongest([vague]) is None
    assert strongest([]) is None


def test_what_a_person_should_know_of_a_success_is_its_note() -> None:
    assert after_answer(Delivered((), note=Said(text="ever")), situation()).note == Said(text="ever")
