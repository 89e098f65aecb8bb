"""A delivery's situation in a sentence: why it waits, and what happens next by itself."""

from collections.abc import Mapping
from datetime import datetime

from domain.states import DeliveryState, HoldReason
from domain.steps import Then
from starter.cli.output import clock
from storage.reading import DeliveryView

WHY_HELD: Mapping[HoldReason, str] = {
    HoldReason.RISK_REVIEW: "waits for a risk review",
    HoldReason.PAYMENT: "waits for the payment to be confirmed",
    HoldReason.ACCOUNT_NOT_BOUND: "the buyer has not named an account",
    HoldReason.OUT_OF_STOCK: "no supplier has it in stock",
    HoldReason.SUPPLIER_UNAVAILABLE: "no supplier can be reached or will serve us",
    HoldReason.SUPPLIER_BALANCE: "our balance at the supplier is used up",
    HoldReason.MARGIN_GUARD: "every supplier costs more than allowed",
    HoldReason.DUPLICATE_CREDENTIAL: "a supplier sent a key that another buyer already has",
    HoldReason.NEEDS_ATTENTION: "somebody has to look at it",
    HoldReason.BY_OPERATOR: "held by an operator",
}


def why_held(delivery: DeliveryView) -> str:
    """Why a delivery is held; empty when it is not."""
    if delivery.state != DeliveryState.HELD or delivery.hold_reason is None:
        return ""
    return f"{delivery.hold_reason}: {WHY_HELD[HoldReason(delivery.hold_reason)]}"


def what_next(delivery: DeliveryView, now: datetime) -> str:
    """What happens next by itself; empty for a delivery that is closed."""
    at = delivery.next_action_at
    match delivery.next_action:
        case Then.SUBMIT if at is not None and at > now:
            return f"bought at {clock(at)}"
        case Then.SUBMIT if delivery.state == DeliveryState.PLANNED:
            return "bought once the deliveries it waits for are made"
        case Then.SUBMIT:
            return "bought now"
        case Then.CHECK:
            return f"the supplier is asked at {clock(at)}"
        case Then.HOLD:
            return _after_hold(delivery)
    return ""


def _after_hold(delivery: DeliveryView) -> str:
    deadline = f"given up and paid back at {clock(delivery.hold_deadline)}"
    at = delivery.next_action_at
    if at is not None and delivery.hold_deadline is not None and at < delivery.hold_deadline:
        return f"tried again at {clock(at)}; {deadline}"
    return deadline
