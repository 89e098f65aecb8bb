"""What happens next about a delivery by itself, in a sentence."""

from datetime import datetime

from domain.contract.release import Otherwise
from domain.fulfilment.holds import BY_A_PERSON, FOR_THE_PAYMENT
from domain.fulfilment.pauses import Pause
from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import NextAction
from domain.notes.sentences.next_steps import (
    AskedAt,
    AskedWhileHeld,
    BoughtAfterOthers,
    BoughtAt,
    BoughtNow,
    BoughtOnceMet,
    BoughtOnceMetFrom,
    BoughtOnceMetOrAt,
    BoughtOnceMetUntil,
    GivenUpAt,
    GoesOnAt,
    GoesOnWithOrder,
    GoesOnWithOrderAt,
    HeldByPause,
    HeldOnceMet,
    PaidBackAt,
    TriedAgainAt,
)
from domain.notes.sentences.sentence import Sentence
from storage.views.deliveries import DeliveryView
from storage.views.plans import GateView, PauseView


def what_next(
    delivery: DeliveryView,
    now: datetime,
    gate: GateView | None = None,
    pause: PauseView | Pause | None = None,
) -> Sentence | None:
    """What happens next by itself; None for a delivery that is closed.

    `gate` is the one that its component waits for, `pause` that of its order.
    """
    at, paused = delivery.next_action_at, pause is not None
    by_a_person = _is_by_a_person(pause)
    match delivery.next_action:
        case NextAction.AWAIT:
            return HeldOnceMet() if by_a_person else _once_met(gate, now)
        case NextAction.SUBMIT if paused and all(each.closed_at for each in delivery.attempts):
            return HeldByPause(at=at or delivery.due_at)
        case NextAction.SUBMIT if at is not None and at > now:
            return BoughtAt(at=at)
        case NextAction.SUBMIT if delivery.state == DeliveryState.PLANNED:
            return BoughtAfterOthers()
        case NextAction.SUBMIT:
            return BoughtNow()
        case NextAction.CHECK if delivery.state == DeliveryState.HELD:
            return AskedWhileHeld(at=at, until=delivery.hold_deadline)
        case NextAction.CHECK:
            return AskedAt(at=at)
        case NextAction.HOLD:
            return _after_hold(delivery, pause)
    return None


def _once_met(gate: GateView | None, now: datetime) -> Sentence:
    if gate is None:
        return BoughtOnceMet()
    if gate.by is None:
        early = gate.not_before > now
        return BoughtOnceMetFrom(since=gate.not_before) if early else BoughtOnceMet()
    if gate.otherwise == Otherwise.RELEASE:
        return BoughtOnceMetOrAt(by=gate.by)
    return BoughtOnceMetUntil(by=gate.by)


def _is_by_a_person(pause: PauseView | Pause | None) -> bool:
    """Whether an order is paused, and not since its payment is gone."""
    return isinstance(pause, Pause) or (pause is not None and pause.reason in BY_A_PERSON)


def _after_hold(delivery: DeliveryView, pause: PauseView | Pause | None) -> Sentence:
    at, deadline = delivery.next_action_at, delivery.hold_deadline
    if delivery.hold_reason in BY_A_PERSON:
        if pause is not None and _is_by_a_person(pause):
            return GoesOnWithOrderAt(at=pause.until) if pause.until else GoesOnWithOrder()
        if at is not None and at != deadline:
            return GoesOnAt(at=at)
    unpaid = delivery.hold_reason in FOR_THE_PAYMENT
    end = GivenUpAt(at=deadline) if unpaid else PaidBackAt(at=deadline)
    if at is not None and deadline is not None and at < deadline:
        return TriedAgainAt(at=at, end=end)
    return end
