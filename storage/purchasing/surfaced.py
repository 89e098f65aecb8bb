"""A purchase that was given up as refused or revoked, and of which a callback says that it was delivered.

Its supplier is asked before anything else. Where nothing was bought instead, it is the delivery's attempt
again; beside another purchase it is written down: it was paid for, and the buyer has the other one.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import (
    CLOSED,
    GIVEN_UP_ATTEMPTS,
    UNRESOLVED_ATTEMPTS,
    AttemptState,
    DeliveryState,
)
from domain.fulfilment.steps import NextAction, Step
from domain.notes.supply.answers import RefusedAndDelivered, RefusedAndSold, RevokedAndSold
from domain.supply.outcomes import Delivered, PartlyDelivered, Pending, QueryOutcome, Uncertain
from storage.base import journal
from storage.purchasing.costs import keep_cost
from storage.tables import Attempt, Delivery, Order

ASK_AGAIN = timedelta(hours=1)
MOST_QUESTIONS = 12
"""After so many answers that do not tell, it is taken to have been refused, as it said at first."""


async def doubt(
    session: AsyncSession, order: Order, delivery: Delivery, attempt: Attempt, now: datetime
) -> None:
    """Let an attempt of a locked order that was given up be asked about: its supplier says it delivered."""
    revoked = attempt.state == AttemptState.REVOKED
    if revoked or delivery.state in CLOSED or delivery.units_delivered or await _another(session, attempt):
        attempt.verify_at = now
        return
    attempt.state, attempt.closed_at, attempt.in_flight = AttemptState.UNCERTAIN.value, None, True
    note = RefusedAndDelivered(supplier=attempt.connection, attempt=attempt.number)
    step = Step(
        state=DeliveryState.UNCERTAIN, next_action=NextAction.CHECK, at=now, offer=attempt.offer, note=note
    )
    journal.follow(session, order, delivery, "delivery.uncertain", now, step)
    await journal.restate(session, order, now)


async def answered_late(
    session: AsyncSession,
    order: Order,
    delivery: Delivery,
    attempt: Attempt,
    outcome: QueryOutcome,
    now: datetime,
) -> None:
    """Doubt an attempt that was given up, where an answer that comes only now says that it sold."""
    given_up = attempt.state in GIVEN_UP_ATTEMPTS
    if given_up and isinstance(outcome, Delivered | PartlyDelivered | Pending):
        await doubt(session, order, delivery, attempt, now)


def record(
    session: AsyncSession, order: Order, attempt: Attempt, outcome: QueryOutcome, now: datetime
) -> None:
    """Write down what the supplier says to that, about a given up attempt of a locked order.

    What surfaced is counted, and what it cost is known.
    """
    attempt.verify_at = None
    match outcome:
        case Delivered(receipt=receipt) | PartlyDelivered(receipt=receipt):
            said = RefusedAndSold if attempt.state == AttemptState.REJECTED else RevokedAndSold
            attempt.credited_amount = None
            attempt.state, attempt.closed_at = AttemptState.SURFACED.value, now
            attempt.supplier_order = receipt.supplier_order or attempt.supplier_order
            attempt.supplier_time = receipt.supplier_time or attempt.supplier_time
            keep_cost(attempt, receipt)
            note = said(supplier=attempt.connection, attempt=attempt.number)
            journal.record(
                session,
                order,
                "attempt.surfaced",
                now,
                delivery=attempt.delivery_id,
                attempt=attempt.number,
                amount=attempt.charged_amount,
                note=note,
            )
        case Pending() | Uncertain() if attempt.verifications < MOST_QUESTIONS:
            attempt.verifications += 1
            attempt.verify_at = now + ASK_AGAIN


async def _another(session: AsyncSession, attempt: Attempt) -> bool:
    """Whether another purchase of the delivery may have been made, or was."""
    live = {*UNRESOLVED_ATTEMPTS, AttemptState.DELIVERED, AttemptState.PARTIAL, AttemptState.DISPUTED}
    others = select(Attempt.id).where(
        Attempt.delivery_id == attempt.delivery_id,
        Attempt.id != attempt.id,
        Attempt.state.in_([state.value for state in live]),
    )
    return await session.scalar(others.limit(1)) is not None
