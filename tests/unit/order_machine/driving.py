"""Driving the deliveries of a model order: buy, ask, wait, give up, take back, settle."""

from datetime import datetime, timedelta

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.refunds import refund_due
from domain.fulfilment.states import CLOSED, AttemptState, DeliveryState
from domain.fulfilment.steps import NextAction, Step, hold_step
from domain.notes.general import Said
from domain.notes.note import Note
from domain.supply.outcomes import (
    Delivered,
    PartlyDelivered,
    QueryOutcome,
    Rejected,
    Revoked,
    RevokeOutcome,
    Uncertain,
    UnknownOrder,
)
from tests.unit.order_machine.model import Order
from tests.unit.order_machine.rows import Attempt, Delivery, Refund, Sending

Answer = QueryOutcome | None
"""What a supplier says; None when nobody could ask it in time."""
UNASKABLE = Uncertain(Said(text="what became of the request is not known"))
ISSUED = (AttemptState.DELIVERED, AttemptState.PARTIAL)


def due(order: Order, d: Delivery) -> datetime:
    """When the next act on an open delivery is: what nobody wants any more is not waited for."""
    at = d.step.at or d.step.deadline
    assert at is not None
    return (
        order.now if order.stopping(d) and d.step.next_action is not NextAction.CHECK else max(order.now, at)
    )


def go_on(order: Order, d: Delivery, answer: Answer) -> None:
    """Wait for a delivery's next act and carry it out."""
    order.now = due(order, d)
    step, stopping = d.step, order.stopping(d)
    if step.next_action is NextAction.HOLD and step.at is not None and not stopping:
        if not d.units_delivered:
            order.follow(d, trying_again(order, d, step.note))
    elif step.next_action is NextAction.HOLD or (step.next_action is NextAction.SUBMIT and stopping):
        _give_up_or_ask(order, d, answer)
    elif answer is None:
        hold(order, d, HoldReason.SUPPLIER_UNAVAILABLE)
    elif step.next_action is NextAction.SUBMIT:
        _submit(order, d, answer)
    else:
        _ask(order, d, answer, giving_up=stopping)


def trying_again(order: Order, d: Delivery, note: Note | None) -> Step:
    """Ask about an attempt that may have sold; otherwise buy when it is due."""
    attempt = d.unresolved
    if attempt is not None and attempt.in_flight:
        state, next_action = DeliveryState.UNCERTAIN, NextAction.CHECK
        return Step(state=state, next_action=next_action, at=order.now, offer=attempt.offer, note=note)
    offer = attempt.offer if attempt is not None else 0
    at = max(order.now, d.plan.due_at or order.now)
    return Step(state=DeliveryState.IN_PROGRESS, next_action=NextAction.SUBMIT, at=at, offer=offer, note=note)


def hold(order: Order, d: Delivery, reason: HoldReason) -> None:
    """Hold an open delivery."""
    deadline, attempt = d.hold_deadline or order.now + order.contract.hold_window, d.unresolved
    if attempt is not None and deadline <= order.now:
        deadline = order.now + max(order.contract.hold_window, timedelta(days=1))
    step = hold_step(reason, Said(text="held"), order.now, deadline, d.step.offer)
    if attempt is not None and attempt.in_flight:
        at = step.at or deadline
        step = step.model_copy(update={"next_action": NextAction.CHECK, "at": at, "offer": attempt.offer})
    order.follow(d, step)


def give_up(order: Order, d: Delivery, *, waived: bool = False) -> bool:
    """Close a delivery, unless an attempt's fate is not known."""
    if d.step.state in CLOSED or d.unresolved is not None:
        return d.step.state in CLOSED
    state = DeliveryState.FAILED if d.attempts else DeliveryState.CANCELLED
    step = Step(state=state, next_action=NextAction.DONE, offer=d.step.offer)
    order.follow(d, step, waived=waived)
    return True


def revoke(order: Order, d: Delivery, outcome: RevokeOutcome) -> None:
    """Ask a supplier to take a delivery back; where it will not, the buyer keeps it."""
    issued = [a for a in d.attempts if a.state in ISSUED]
    if issued and not d.by_hand and not d.step.waived and isinstance(outcome, Revoked):
        issued[-1].state = AttemptState.REVOKED
        step = Step(state=DeliveryState.REVOKED, next_action=NextAction.DONE, offer=d.step.offer)
        order.follow(d, step, units=0)


def to_take_back(order: Order) -> list[Delivery]:
    """What the order's run still has to take back: the last that was delivered first."""
    if not order.doomed() or any(d.seen not in CLOSED for d in order.deliveries.values()):
        return []
    partly = [c for c, d in order.deliveries.items() if d.units_delivered and c not in order.delivered]
    names = [*partly, *reversed(order.delivered)]
    return [order.deliveries[c] for c in dict.fromkeys(names) if c not in order.taken_back]


def undo(order: Order, d: Delivery, outcome: RevokeOutcome) -> None:
    """Take one delivery back because the order is undone."""
    order.taken_back.add(d.plan.component)
    revoke(order, d, outcome)
    d.seen = d.step.state if d.step.state in CLOSED else d.seen


def may_settle(order: Order) -> bool:
    """Whether the order's run has nothing left to do but to settle."""
    closed = all(d.seen in CLOSED for d in order.deliveries.values())
    return closed and not order.settled and not to_take_back(order)


def settle(order: Order) -> None:
    """Close the order and decide what is owed."""
    for d in order.deliveries.values():
        if d.case is None:
            decide_refund(d)
    order.settled = True


def decide_refund(d: Delivery) -> None:
    """Decide what is owed for a delivery beyond what was decided before."""
    share, issued = d.plan.share.amount, d.units_delivered
    owed = refund_due(d.step.state, share, d.plan.units, issued, waived=d.step.waived)
    decided = sum(refund.amount for refund in d.refunds if not refund.replaced)
    if owed > decided:
        d.refunds.append(Refund(owed - decided))


def _submit(order: Order, d: Delivery, answer: QueryOutcome) -> None:
    standing, offer = d.unresolved, d.step.offer
    attempt = standing or d.open_attempt(offer, order.now)
    replays = order.suppliers[attempt.offer].replays
    again = standing is not None
    order.sent.append(
        Sending(
            component=d.plan.component,
            number=attempt.number,
            offer=offer,
            early=d.plan.due_at is None or order.now < d.plan.due_at,
            again=again,
            harmless=attempt.absent or replays,
            earlier=frozenset(a.state for a in d.attempts if a is not attempt),
            had_units=d.units_delivered > 0,
            aftercare=d.case is not None,
            done=frozenset(c for c, done in order.done().items() if done),
        )
    )
    attempt.submissions += 1
    attempt.in_flight = True
    state = DeliveryState.UNCERTAIN if attempt.submissions > 1 else DeliveryState.IN_PROGRESS
    order.follow(d, Step(state=state, next_action=NextAction.CHECK, at=order.now, offer=offer))
    order.now += timedelta(seconds=1)
    unclear = again and not replays and isinstance(answer, Rejected)
    says_nothing = unclear or isinstance(answer, UnknownOrder)
    heard = UNASKABLE if says_nothing else answer
    attempt.submitted_at = order.now
    order.record(d, attempt, _fitting(d, heard), asked=False, giving_up=False)


def _ask(order: Order, d: Delivery, answer: QueryOutcome, *, giving_up: bool) -> None:
    attempt: Attempt | None = d.unresolved
    assert attempt is not None, f"there is nothing to ask about {d.plan.component}"
    heard = answer if order.suppliers[attempt.offer].query_by_our_number else UNASKABLE
    order.record(d, attempt, _fitting(d, heard), asked=True, giving_up=giving_up)


def _give_up_or_ask(order: Order, d: Delivery, answer: Answer) -> None:
    if give_up(order, d):
        return
    if answer is None:
        hold(order, d, HoldReason.SUPPLIER_UNAVAILABLE)
        return
    _ask(order, d, answer, giving_up=True)
    if d.step.next_action is not NextAction.CHECK:
        give_up(order, d)


def _fitting(d: Delivery, answer: QueryOutcome) -> QueryOutcome:
    """A supplier that issued all units, or more, says that it delivered."""
    if isinstance(answer, PartlyDelivered) and len(answer.units) >= d.plan.units:
        return Delivered(answer.units)
    return answer
