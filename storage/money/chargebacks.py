"""Chargebacks: nothing is owed while a payment is gone, and all of it once that is there again."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import CLOSED, RefundState
from domain.notes.aftercare import RefundNotDecided
from storage.base import journal
from storage.money.refunds import decide_again, decide_refund
from storage.standing.deliveries import open_cases_of
from storage.tables import CaseRow, Delivery, Order, Refund
from storage.tables.notes import code_of


async def withhold(session: AsyncSession, order: Order, now: datetime) -> None:
    """The payment of a locked order is gone: what was decided and not moved yet is not to be paid."""
    await _turn(session, order, RefundState.DECIDED, RefundState.WITHHELD, "refund.withheld", now)


async def owe_again(session: AsyncSession, order: Order, now: datetime) -> None:
    """The payment of a locked order came back: owe what was withheld, and decide all that was not."""
    await _turn(session, order, RefundState.WITHHELD, RefundState.DECIDED, "refund.owed_again", now)
    rows = await session.scalars(
        select(Delivery).where(
            Delivery.order_id == order.id, Delivery.state.in_([state.value for state in CLOSED])
        )
    )
    cases = await open_cases_of(session, order.id)
    waited = set(
        await session.scalars(
            select(CaseRow.delivery_id).where(
                CaseRow.order_id == order.id, code_of(CaseRow.outcome) == RefundNotDecided.code
            )
        )
    )
    for row in list(rows):
        if row.id not in cases:
            await decide_refund(session, order, row, now)
        if row.id in waited:
            await decide_again(session, order, row, now)


async def _turn(
    session: AsyncSession, order: Order, old: RefundState, new: RefundState, kind: str, now: datetime
) -> None:
    refunds = await session.scalars(
        select(Refund)
        .where(Refund.order_id == order.id, Refund.state == old.value)
        .order_by(Refund.delivery_id, Refund.number)
    )
    for refund in list(refunds):
        refund.state = new.value
        journal.record(
            session, order, kind, now, delivery=refund.delivery_id, refund=refund.id, amount=refund.amount
        )
    await session.flush()
