"""Why a delivery waits, and what an order waits for, in sentences."""

from domain.fulfilment.holds import FOR_AN_ACCOUNT, FOR_THE_PAYMENT
from domain.fulfilment.pauses import Pause
from domain.fulfilment.states import DeliveryState, RefundState
from domain.notes.general import Said
from domain.notes.sentences.orders import (
    AccountMissing,
    EndsAt,
    EndsByHand,
    GateGivenUp,
    GateOpened,
    GateWaits,
    GateWaitsUntil,
    MissedComes,
    PausedFor,
    PausedSince,
    PaymentGone,
    PaymentGoneTwice,
    RefundPart,
    ScheduleMoves,
)
from domain.notes.sentences.sentence import Listed, Plain, Sentence, WithWhy
from domain.notes.sentences.situation import AccountRefused, HeldFor
from domain.planning.verdict import Verdict
from domain.planning.wording import WhatItWaitsFor
from starter.desk.explain.commands import give_account, let_go_on
from storage.money.refund_views import RefundSums
from storage.views.deliveries import DeliveryView
from storage.views.plans import GateView, MissingAccount, PauseView


def why_held(delivery: DeliveryView) -> Sentence | None:
    """Why a delivery is held; None when it is not."""
    if delivery.state != DeliveryState.HELD or delivery.hold_reason is None:
        return None
    if delivery.hold_reason in FOR_AN_ACCOUNT and delivery.attempts:
        return AccountRefused(reason=delivery.hold_reason)
    return HeldFor(reason=delivery.hold_reason)


def gate_line(gate: GateView) -> Sentence:
    """What a component waits for, or what became of that."""
    component, what = gate.component, WhatItWaitsFor(gate.gate)
    if gate.verdict == Verdict.MET:
        return GateOpened(component=component, what=what, at=gate.decided_at)
    if gate.verdict is not None:
        return GateGivenUp(component=component, what=what, at=gate.decided_at)
    if gate.by:
        return GateWaitsUntil(component=component, what=what, by=gate.by, otherwise=gate.otherwise or "")
    return GateWaits(component=component, what=what)


def refund_parts(refunds: RefundSums) -> Sentence | None:
    """What is to be paid back, and what became of the rest; None for nothing."""
    sums = (
        (refunds.to_pay, RefundState.DECIDED),
        (refunds.paid, RefundState.CONFIRMED),
        (refunds.failed, RefundState.FAILED),
        (refunds.withheld, RefundState.WITHHELD),
    )
    parts = [RefundPart(amount=amount, state=state.value) for amount, state in sums if amount is not None]
    return Listed(parts=tuple(parts)) if parts else None


def pause_line(pause: PauseView, number: str, refunds: RefundSums) -> Sentence:
    """Why nothing more of an order is released, and who can change that."""
    command, why = let_go_on(number, pause), pause.note or Said(text=pause.reason)
    if pause.reason not in FOR_THE_PAYMENT:
        told = PausedFor(reason=pause.reason, note=pause.note) if pause.note else Plain(text=pause.reason)
        return PausedSince(since=pause.since, why=told, ends=pause_end(pause), command=command)
    if refunds.paid:
        return PaymentGoneTwice(since=pause.since, why=why, paid=refunds.paid, command=command)
    return PaymentGone(since=pause.since, why=why, command=command)


def pause_end(pause: PauseView | Pause) -> Sentence:
    """When a pause ends, and what follows."""
    follows = ScheduleMoves() if pause.shift else MissedComes()
    return EndsAt(at=pause.until, follows=follows) if pause.until else EndsByHand(follows=follows)


def account_line(missing: MissingAccount, number: str) -> Sentence:
    """Which account is not known yet, and how to give it."""
    name = Plain(text=missing.account)
    return AccountMissing(
        account=WithWhy(what=name, why=Plain(text=missing.type)) if missing.type else name,
        components=tuple(missing.components),
        command=give_account(number, missing.account),
    )
