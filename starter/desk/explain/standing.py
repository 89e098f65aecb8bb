"""A delivery as the verbs look at it, read from what is shown of it."""

from datetime import datetime

from domain.fulfilment.cases import CaseTarget
from domain.fulfilment.doubt import Doubt, doubt_of
from domain.fulfilment.holds import FOR_AN_ACCOUNT, FOR_THE_PAYMENT, HoldReason, Sign, woken_by
from domain.fulfilment.states import UNRESOLVED_ATTEMPTS, DeliveryState
from domain.fulfilment.steps import NextAction
from domain.verbs.refusals import too_early
from domain.verbs.verb import Standing
from storage.views.deliveries import DeliveryView
from storage.views.orders import OrderView

_FOR_AN_ANSWER = woken_by(Sign.ANSWER)


def standing(order: OrderView, delivery: DeliveryView, doubted: Doubt | None, now: datetime) -> Standing:
    """An open delivery, with what decides whether a verb is worth offering."""
    gated = any(gate.component == delivery.component and gate.verdict is None for gate in order.gates)
    waits = delivery.pivot_waits
    tried = delivery.connections[delivery.offer]
    away = {*delivery.paused, *delivery.silent}
    return Standing(
        DeliveryState(delivery.state),
        HoldReason(delivery.hold_reason) if delivery.hold_reason else None,
        doubt=doubted,
        units_delivered=delivery.units_delivered,
        too_early=too_early(delivery.due_at, now, gated=gated, pivot_waits=waits),
        wrong_account=_wrong_account(order, delivery),
        connections=[each for each in delivery.connections if each != tried and each not in away],
        account="" if delivery.account in _missing(order) else delivery.account or "",
        paused=order.paused is not None,
        away=away.issuperset(delivery.connections),
    )


def target(order: OrderView, delivery: DeliveryView) -> CaseTarget:
    """A closed delivery, as a case would take it up that somebody is to open about what cannot be used."""
    gone = order.paused is not None and order.paused.reason in FOR_THE_PAYMENT
    return CaseTarget(
        state=DeliveryState(delivery.state),
        revocable=delivery.revocable,
        unusable=True,
        payment_gone=gone,
        paid_back=_decided_for(delivery) >= delivery.share.amount,
        paused=order.paused is not None and (order.closed_at is None or gone),
    )


def _decided_for(delivery: DeliveryView) -> int:
    return sum(each.amount.amount for each in delivery.refunds if each.replaced_by is None)


def doubt(delivery: DeliveryView, now: datetime) -> Doubt | None:
    """What is to be said of its attempt whose fate is not known; None where there is none."""
    for attempt in delivery.attempts:
        if attempt.state in UNRESOLVED_ATTEMPTS:
            return doubt_of(
                attempt.askable,
                attempt.doubted_at,
                attempt.asked_at,
                now,
                submitted_at=attempt.submitted_at,
                paused_at=attempt.paused_at,
            )
    return None


def left_alone(order: OrderView, delivery: DeliveryView) -> list[str]:
    """The connections that keep it waiting, and would not once they are bought from again."""
    waits = delivery.hold_reason in _FOR_AN_ANSWER and delivery.next_action == NextAction.HOLD
    if not waits or order.paused is not None:
        return []
    tried = [each.connection for each in delivery.attempts if each.state in UNRESOLVED_ATTEMPTS]
    return [each for each in (*delivery.paused, *delivery.silent) if not tried or each in tried]


def _wrong_account(order: OrderView, delivery: DeliveryView) -> bool:
    """Whether it is held since its supplier refused the account, and not for one still to be given."""
    return delivery.hold_reason in FOR_AN_ACCOUNT and delivery.account not in _missing(order)


def _missing(order: OrderView) -> set[str]:
    return {each.account for each in order.accounts_missing}
