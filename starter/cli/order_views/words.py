"""A delivery's situation in a sentence: why it waits, and what happens next by itself."""

from collections.abc import Mapping
from datetime import datetime

from domain.contract.release import Otherwise
from domain.fulfilment.holds import FOR_AN_ACCOUNT, FOR_THE_PAYMENT, HoldReason
from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import NextAction
from domain.planning.verdict import Verdict
from starter.cli.output import clock
from storage.money.refund_views import RefundSums
from storage.views.deliveries import DeliveryView
from storage.views.plans import GateView, MissingAccount, PauseView

WHY_HELD: Mapping[HoldReason, str] = {
    HoldReason.RISK_REVIEW: "waits for a risk review",
    HoldReason.PAYMENT: "waits for its payment",
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
    if delivery.hold_reason in FOR_AN_ACCOUNT and delivery.attempts:
        return f"{delivery.hold_reason}: its supplier refused the account"
    return f"{delivery.hold_reason}: {WHY_HELD[HoldReason(delivery.hold_reason)]}"


def what_next(
    delivery: DeliveryView, now: datetime, gate: GateView | None = None, *, paused: bool = False
) -> str:
    """What happens next by itself; empty for a delivery that is closed.

    `gate` is the one that its component waits for, `paused` whether its order is.
    """
    at = delivery.next_action_at
    match delivery.next_action:
        case NextAction.AWAIT:
            return _once_it_holds(gate, now)
        case NextAction.SUBMIT if delivery.state == DeliveryState.PLANNED and paused:
            return f"held at {clock(delivery.due_at)}, since the order is paused"
        case NextAction.SUBMIT if at is not None and at > now:
            return f"bought at {clock(at)}"
        case NextAction.SUBMIT if delivery.state == DeliveryState.PLANNED:
            return "bought once the deliveries it waits for are made"
        case NextAction.SUBMIT:
            return "bought now"
        case NextAction.CHECK if delivery.state == DeliveryState.HELD:
            until = f"a person has until {clock(delivery.hold_deadline)}, and nothing is paid back before"
            return f"the supplier is asked again at {clock(at)}; {until}"
        case NextAction.CHECK:
            return f"the supplier is asked at {clock(at)}"
        case NextAction.HOLD:
            return _after_hold(delivery)
    return ""


def gate_line(gate: GateView) -> str:
    """What a component waits for, or what became of that."""
    if gate.verdict == Verdict.MET:
        return f"{gate.component} waited for {gate.waits_for}, until {clock(gate.decided_at)}"
    if gate.verdict is not None:
        at = clock(gate.decided_at)
        return f"{gate.component} was given up at {at}: it waited in vain for {gate.waits_for}"
    end = f", until {clock(gate.by)}, then {gate.otherwise}" if gate.by else ""
    return f"{gate.component} waits for {gate.waits_for}{end}"


def refund_words(refunds: RefundSums) -> str:
    """What is to be paid back, and what became of the rest; empty for nothing."""
    parts = (
        (refunds.to_pay, "to pay"),
        (refunds.paid, "paid"),
        (refunds.failed, "failed"),
        (refunds.withheld, "withheld"),
    )
    return ", ".join(f"{amount} {what}" for amount, what in parts if amount is not None)


def pause_line(pause: PauseView, number: str, refunds: RefundSums) -> str:
    """Why nothing more of an order is released, and who can change that."""
    if pause.reason in FOR_THE_PAYMENT:
        twice = f"; {refunds.paid} was paid back besides, which the buyer has twice" if refunds.paid else ""
        return (
            f"Its payment is gone since {clock(pause.since)} ({pause.note}): nothing more of it is released "
            f"or owed{twice}; `{release_command(number, pause)}` once it is there again"
        )
    told = f"{pause.reason}: {pause.note}" if pause.note else pause.reason
    return f"Paused since {clock(pause.since)}: {told}; `{release_command(number, pause)}` lets it go on"


def release_command(number: str, pause: PauseView) -> str:
    """What lets a paused order go on."""
    paid = " --paid" if pause.reason in FOR_THE_PAYMENT else ""
    return f"perkflow order release {number}{paid} --reason WHY"


def account_line(missing: MissingAccount, number: str) -> str:
    """Which account is not known yet, and how to give it."""
    kind = f" ({missing.type})" if missing.type else ""
    return (
        f"No account {missing.account}{kind} yet, for {', '.join(missing.components)}; "
        f"`perkflow order bind {number} {missing.account} FILE` gives it"
    )


def _once_it_holds(gate: GateView | None, now: datetime) -> str:
    if gate is None or gate.by is None:
        early = gate is not None and gate.not_before > now
        return "bought once that holds" + (f", from {clock(gate.not_before)} on" if gate and early else "")
    if gate.otherwise == Otherwise.RELEASE:
        return f"bought once that holds, or at {clock(gate.by)}"
    return f"bought once that holds; given up and paid back at {clock(gate.by)}"


def _after_hold(delivery: DeliveryView) -> str:
    owed = "" if delivery.hold_reason in FOR_THE_PAYMENT else " and paid back"
    deadline = f"given up{owed} at {clock(delivery.hold_deadline)}"
    at = delivery.next_action_at
    if at is not None and delivery.hold_deadline is not None and at < delivery.hold_deadline:
        return f"tried again at {clock(at)}; {deadline}"
    return deadline
