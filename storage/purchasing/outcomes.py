"""Writing down what a supplier answered: the attempt, the credentials, and the delivery's next step."""

from datetime import datetime, timedelta
from typing import Any

import rfc8785
from sqlalchemy import Executable, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.refusals import LOCKED_OUT, with_what_was_said
from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import UNRESOLVED_ATTEMPTS, AttemptState, DeliveryState
from domain.fulfilment.steps import (
    NextAction,
    Step,
    after_answer,
    asked_once_more,
    hold_reason,
    hold_step,
    is_believed,
    strongest,
)
from domain.notes.supply.answers import NeverReceivedAndClosed, Refused, SameCredential, StatedOtherwise
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import (
    ActionRequired,
    Delivered,
    IssuedUnit,
    PartlyDelivered,
    Pending,
    QueryOutcome,
    Receipt,
    Rejected,
    Uncertain,
    UnknownOrder,
)
from storage.base import journal
from storage.base.sealing import Vault
from storage.purchasing import surfaced
from storage.purchasing.answers import keep_answer
from storage.purchasing.at_hand import AtHand
from storage.purchasing.attempts import situation
from storage.purchasing.costs import all_paid_back, keep_cost
from storage.purchasing.credentials import keep_credential
from storage.purchasing.opening import order_ring
from storage.supply import contradictions, health
from storage.tables import Attempt, Delivery, ExchangeRow, Order, Table

WAIT_FOR_CHARGE = timedelta(minutes=1)
"""After a delivery whose answer did not say what it cost."""


async def record_answer(
    session: AsyncSession,
    vault: Vault,
    at_hand: AtHand,
    outcome: QueryOutcome,
    exchange: tuple[str, str],
    capabilities: Capabilities,
    now: datetime,
    *,
    asked: bool,
    heard: frozenset[str] = frozenset(),
    giving_up: bool = False,
) -> Snapshot:
    """Record an answer and return where the delivery stands by it.

    `asked`: the answer was to a query, not to the submission. `heard`: the callbacks that were stored before
    it was asked; one that came since and says something else has it asked once more. `giving_up`: an order
    that the supplier does not know is closed, since nobody wants it any more. Recording twice returns what
    was recorded first; what sold after its attempt was given up is asked about.
    """
    order, delivery, attempt = at_hand.order, at_hand.delivery, at_hand.attempt
    assert attempt is not None
    sound = health.is_sound(at_hand.health)  # then an answer has nothing to clear
    if attempt.state not in {state.value for state in UNRESOLVED_ATTEMPTS}:
        await surfaced.answered_late(session, order, delivery, attempt, outcome, now)
        return journal.snapshot_of(delivery)
    if isinstance(outcome, Uncertain) and outcome.silent:
        await health.record_failure(session, attempt.connection, outcome.why, now)
    elif not sound and (exchange[1] or (isinstance(outcome, Uncertain) and outcome.after is not None)):
        await health.record_success(session, attempt.connection, now)
    now_facts = situation(order, delivery, attempt, capabilities, now)
    if not isinstance(outcome, Delivered):
        earlier = await _earlier_reason(session, delivery.id)
        now_facts = now_facts.model_copy(update={"best_reason": earlier})
    absent = is_believed(outcome, now_facts)
    await _tell_trouble(session, attempt, outcome, now, asked=asked, sound=sound)
    outcome = with_what_was_said(outcome, now_facts, absent=absent)
    if giving_up and isinstance(outcome, UnknownOrder) and absent:
        outcome = Rejected("absent", NeverReceivedAndClosed(), "request")
    step, answered = after_answer(outcome, now_facts), keep_answer(outcome)
    against = (
        []
        if step.next_action is NextAction.CHECK
        else contradictions.said_otherwise(at_hand.said, attempt, outcome)
    )
    if news := contradictions.since(heard, against):
        why = StatedOtherwise(supplier=attempt.connection, stated=news[-1].stated)
        outcome, absent = Uncertain(why, getattr(outcome, "receipt", Receipt())), False
        step = asked_once_more(why, now_facts, at_once=len(against) <= contradictions.MOST_AT_ONCE)
    if isinstance(outcome, Pending) and contradictions.delivered_since(at_hand.said, heard):
        step = step.model_copy(update={"at": now})
    attempt.checks += asked
    attempt.askable = capabilities.query_by_our_number
    if asked:
        attempt.asked_at = now
    if not asked:
        attempt.submitted_at = now  # the request may have left at any moment until now
        attempt.answered = answered
    _write_attempt(attempt, outcome, now)
    # Only an absence that is believed, or a supplier that replays, allows the same request again.
    attempt.in_flight = not (absent or step.next_action is NextAction.SUBMIT)
    if isinstance(outcome, Delivered):
        attempt.verify_at = _first_verification(attempt, capabilities, now)
        if against:
            attempt.verify_at = contradictions.soon(attempt.verify_at, now)
        attempt.checks = 0
    if step.state is DeliveryState.HELD and attempt.doubted_at is None:
        attempt.doubted_at = now
    await keep_exchange(session, vault, order.id, attempt.id, "query" if asked else "submit", exchange, now)
    extra: dict[str, Any] = {}
    if isinstance(outcome, Delivered | PartlyDelivered):
        issued = await _issue(session, vault, order, delivery, attempt, outcome.units, now)
        extra = {"units_delivered": delivery.units_delivered + issued}
        if issued < len(outcome.units):
            attempt.state = AttemptState.DISPUTED.value
            step = _duplicate(step, order, now)
        elif step.state is DeliveryState.DELIVERED:
            extra["delivered_at"] = now
    stands = journal.follow(session, order, delivery, _event(step, outcome), now, step, **extra)
    await journal.restate(session, order, now)
    return stands


async def _tell_trouble(
    session: AsyncSession,
    attempt: Attempt,
    outcome: QueryOutcome,
    now: datetime,
    *,
    asked: bool,
    sound: bool,
) -> None:
    """Note what the supplier refuses us for until a person mends it, and that it does so no more.

    Whoever answers a question lets us in; that there is money again, only a purchase shows.
    """
    refused = outcome.refusal if isinstance(outcome, Uncertain) else outcome
    if isinstance(refused, ActionRequired):
        told = Refused(refusal=refused.code, why=refused.message)
        await health.note_trouble(session, attempt.connection, refused.what, told, now)
    elif sound:
        return
    elif isinstance(outcome, Delivered | PartlyDelivered | Pending) and not asked:
        await health.trouble_is_over(session, attempt.connection, now)
    elif not isinstance(outcome, Uncertain) or outcome.is_answer:
        await health.trouble_is_over(session, attempt.connection, now, only=LOCKED_OUT)


def _write_attempt(attempt: Attempt, outcome: QueryOutcome, now: datetime) -> None:
    """What it tells of the attempt; one that was accepted stays so until its end is known."""
    receipt: Receipt = getattr(outcome, "receipt", Receipt())
    attempt.supplier_order = receipt.supplier_order or attempt.supplier_order
    attempt.supplier_time = receipt.supplier_time or attempt.supplier_time
    keep_cost(attempt, receipt)
    match outcome:
        case Delivered():
            attempt.state = AttemptState.DELIVERED.value
            attempt.code = None
        case PartlyDelivered():
            attempt.state = AttemptState.PARTIAL.value
        case Rejected() | ActionRequired():
            attempt.state = AttemptState.REJECTED.value
            if receipt.charged is None:
                all_paid_back(attempt)
            attempt.code = outcome.code
            attempt.reason = hold_reason(outcome).value
        case Pending():
            attempt.state = AttemptState.PENDING.value
        case _ if attempt.state != AttemptState.PENDING:
            attempt.state = AttemptState.UNCERTAIN.value
    if attempt.state not in {state.value for state in UNRESOLVED_ATTEMPTS}:
        attempt.closed_at = now


def _first_verification(attempt: Attempt, capabilities: Capabilities, now: datetime) -> datetime | None:
    """When a delivery is asked about again: whether it stands, or sooner what it cost."""
    if attempt.charged_amount is None and capabilities.tells_charge:
        return now + WAIT_FOR_CHARGE
    return now + capabilities.verify_after[0] if capabilities.verify_after else None


async def _issue(
    session: AsyncSession,
    vault: Vault,
    order: Order,
    delivery: Delivery,
    attempt: Attempt,
    units: tuple[IssuedUnit, ...],
    now: datetime,
) -> int:
    """Keep every issued credential, sealed, and count what the buyer now has.

    A credential that another delivery has already is not handed over and does not count.
    """
    ring = await order_ring(session, vault, order.id)
    issued = 0
    for number, unit in enumerate(units, start=1):
        if not unit.is_credential:
            issued += 1
            continue
        kept = await keep_credential(session, vault, ring, delivery, attempt.id, number, unit, now)
        issued += kept is not None
    return issued


async def keep_exchange(
    session: AsyncSession,
    vault: Vault,
    order_id: str,
    attempt_id: str,
    act: str,
    exchange: tuple[str, str],
    now: datetime,
) -> None:
    """Keep the last request and response of one act (submit, query, revoke) of an attempt, sealed."""
    ring = await order_ring(session, vault, order_id)
    sealed = ring.seal(rfc8785.dumps(list(exchange)), f"exchange/{attempt_id}/{act}")
    with session.no_autoflush:
        await session.execute(_KEEP, {"attempt_id": attempt_id, "act": act, "at": now, "sealed": sealed})


def _keeping() -> Executable:
    table = Table.metadata.tables[ExchangeRow.__tablename__]
    row = insert(table).values({each.name: bindparam(each.name) for each in table.columns})
    last = {"at": row.excluded.at, "sealed": row.excluded.sealed}
    return row.on_conflict_do_update(index_elements=["attempt_id", "act"], set_=last)


_KEEP = _keeping()


async def _earlier_reason(session: AsyncSession, delivery_id: str) -> HoldReason | None:
    reasons = await session.scalars(
        select(Attempt.reason)
        .where(Attempt.delivery_id == delivery_id, Attempt.reason.is_not(None))
        .order_by(Attempt.number)
    )
    return strongest([HoldReason(reason) for reason in reasons if reason])


def _duplicate(step: Step, order: Order, now: datetime) -> Step:
    deadline = now + timedelta(seconds=order.hold_seconds)
    return hold_step(HoldReason.DUPLICATE_CREDENTIAL, SameCredential(), now, deadline, step.offer)


def _event(step: Step, outcome: QueryOutcome) -> str:
    if step.state is DeliveryState.DELIVERED:
        return "delivery.delivered"
    if step.state is DeliveryState.HELD:
        return "delivery.held"
    if isinstance(outcome, Rejected | ActionRequired):
        return "delivery.refused"
    return "delivery.uncertain" if step.state is DeliveryState.UNCERTAIN else "delivery.pending"
