"""What people, suppliers and the channel do to a model order from outside: acts, cancels, cases, reports."""

from datetime import timedelta

from domain.fulfilment.cases import CASES, CaseKind, CaseTarget, case_refusal
from domain.fulfilment.doubt import Doubt, doubt_of
from domain.fulfilment.holds import HoldReason
from domain.fulfilment.states import CLOSED, UNRESOLVED_ATTEMPTS, AttemptState, DeliveryState, RefundState
from domain.fulfilment.steps import NextAction, Step, hold_step
from domain.fulfilment.waits import held_until
from domain.notes.general import Said
from domain.planning.policy import cancelling_undoes, needed, required
from domain.supply.outcomes import Delivered, PartlyDelivered, QueryOutcome, Rejected, RevokeOutcome
from domain.verbs.order.cancel import cancel_refusal
from domain.verbs.refusals import too_early
from domain.verbs.table import refusal
from domain.verbs.verb import Act, Standing
from tests.unit.order_machine.driving import ISSUED, decide_refund, give_up, revoke, trying_again
from tests.unit.order_machine.model import Order
from tests.unit.order_machine.rows import Delivery, Refund


def act(order: Order, d: Delivery, what: Act, offer: int, says: str) -> bool:
    """Do what a person asks for, unless it must be refused. Whether it was done."""
    held = d.step.state is DeliveryState.HELD
    reason = d.step.reason if held else None
    waits = d.pivot and not d.passed
    standing = Standing(
        d.step.state,
        reason,
        doubt=_doubt(order, d),
        units_delivered=d.units_delivered,
        supplier_says=says,
        too_early=too_early(d.plan.due_at, order.now, gated=False, pivot_waits=waits),
    )
    if refusal(what, standing) is not None:
        return False
    if says and d.unresolved is not None:
        d.unresolved.state = AttemptState.REJECTED
    match what:
        case Act.RETRY | Act.RELEASE:
            order.follow(d, trying_again(order, d, None), afresh=True)
        case Act.SUBSTITUTE:
            planned = d.step.state is DeliveryState.PLANNED
            state = DeliveryState.PLANNED if planned else DeliveryState.IN_PROGRESS
            at = max(order.now, d.plan.due_at or order.now)
            step = Step(state=state, next_action=NextAction.SUBMIT, at=at, offer=offer % len(d.plan.offers))
            order.follow(d, step, afresh=True)
        case Act.DELIVER_BY_HAND:
            _deliver_by_hand(order, d)
        case Act.CHANGE_RECIPIENT if reason in (HoldReason.NEEDS_ATTENTION, HoldReason.ACCOUNT_NOT_BOUND):
            order.follow(d, trying_again(order, d, None), afresh=True)
        case Act.HOLD:
            window = max(order.contract.hold_window, timedelta(days=1))
            deadline = held_until(order.now, window, d.plan.due_at)
            step = hold_step(HoldReason.BY_OPERATOR, None, order.now, deadline, d.step.offer)
            order.follow(d, step, afresh=True)
        case Act.REFUND | Act.WAIVE:
            assert give_up(order, d, waived=what is Act.WAIVE), "given up while it may have been sold"
    return True


def _doubt(order: Order, d: Delivery) -> Doubt | None:
    attempt = d.unresolved
    if attempt is None:
        return None
    return doubt_of(attempt.askable, attempt.doubted_at, attempt.asked_at, order.now)


def _deliver_by_hand(order: Order, d: Delivery) -> None:
    attempt = d.unresolved or d.open_attempt(d.step.offer, order.now)
    attempt.state, d.by_hand = AttemptState.DELIVERED, True
    step = Step(state=DeliveryState.DELIVERED, next_action=NextAction.DONE, offer=d.step.offer)
    order.follow(d, step, units=d.plan.units)


def cancel(order: Order) -> None:
    """Cancel what is left of the order, unless it is past the point of no return."""
    live = (*UNRESOLVED_ATTEMPTS, *ISSUED)
    bought = [c for c, d in order.deliveries.items() if d.pivot and any(a.state in live for a in d.attempts)]
    contract = order.contract
    terms = (required(contract.policy, contract.components), needed(contract.policy, contract.components))
    past = bought if cancelling_undoes(*terms, order.done()) else []
    still = sum(d.step.state not in CLOSED for d in order.deliveries.values())
    closed = "settled" if order.settled else ""
    if cancel_refusal(closed=closed, open_deliveries=still, past=past) is None:
        order.cancelled = True


def open_case(
    order: Order, d: Delivery, kind: CaseKind, answer: QueryOutcome, revocation: RevokeOutcome
) -> None:
    """Open a case about a delivery, unless it must be refused, and do what that kind of case does first."""
    target = CaseTarget(state=d.step.state, by_hand=d.by_hand, unusable=True)
    if d.case is not None or case_refusal(kind, target) is not None:
        return
    if kind is CaseKind.REFUND_FAILED:
        _decide_again(d)
        return
    d.case = kind
    if kind is CaseKind.REVERSAL:
        _reverse(order, d, answer)
    elif CASES[kind].revokes:
        revoke(order, d, revocation)
    if CASES[kind].writes_off:
        for attempt in d.attempts:
            attempt.state = AttemptState.WRITTEN_OFF if attempt.state in ISSUED else attempt.state
    if CASES[kind].buys_again and (CASES[kind].writes_off or d.step.state is DeliveryState.REVOKED):
        step = Step(state=DeliveryState.IN_PROGRESS, next_action=NextAction.SUBMIT, at=order.now)
        order.follow(d, step, units=0, by_case=True)


def close_cases(order: Order) -> None:
    """Close every case whose delivery is closed, and decide what is owed for it."""
    for d in order.deliveries.values():
        if d.case is not None and d.step.state in CLOSED:
            decide_refund(d)
            d.case = None


def _reverse(order: Order, d: Delivery, answer: QueryOutcome) -> None:
    """The supplier says whether its delivery still stands."""
    left = len(answer.units) if isinstance(answer, PartlyDelivered | Delivered) else 0
    if left >= d.plan.units or not isinstance(answer, PartlyDelivered | Rejected):
        return
    d.attempts[-1].state = AttemptState.PARTIAL if left else AttemptState.REVOKED
    deadline = order.now + order.contract.hold_window
    step = hold_step(HoldReason.NEEDS_ATTENTION, Said(text="taken back"), order.now, deadline, d.step.offer)
    order.follow(d, step, by_case=True, units=left)


def record_refund(order: Order, d: Delivery, *, confirmed: bool) -> None:
    """The channel reports on a refund that it was told to pay."""
    refund = next((r for r in d.refunds if r.state is RefundState.DECIDED), None)
    if refund is None:
        return
    refund.state = RefundState.CONFIRMED if confirmed else RefundState.FAILED
    whole = all(r.state is RefundState.CONFIRMED for r in d.refunds if not r.replaced)
    lost = d.step.state in (DeliveryState.FAILED, DeliveryState.REVOKED)
    if confirmed and not d.units_delivered and lost and whole:
        seen = d.seen
        order.follow(d, Step(state=DeliveryState.REFUNDED, next_action=NextAction.DONE, offer=d.step.offer))
        d.seen = seen


def _decide_again(d: Delivery) -> None:
    for refund in [r for r in d.refunds if r.state is RefundState.FAILED and not r.replaced]:
        refund.replaced = True
        d.refunds.append(Refund(refund.amount))
