"""The buyer of a closed order is erased."""

from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.cases import CaseKind
from domain.fulfilment.holds import FOR_THE_PAYMENT
from domain.fulfilment.states import AttemptState, RefundState
from domain.fulfilment.waits import LONGEST_DISPUTE
from domain.messages import OrderActed
from domain.verbs.human_act import HumanAct
from domain.verbs.order.erase import erase_refusal
from storage.base import journal
from storage.base.requests import ActRefused, answered, first_time
from storage.erasing.removing import remove
from storage.erasing.words import erase_words
from storage.people.moved import open_deliveries
from storage.tables import Attempt, CaseRow, Delivery, Order, Refund


async def apply(session: AsyncSession, order: Order, request: HumanAct, now: datetime) -> OrderActed:
    """Erase him from a locked order, and from what was rejected under its number. Raises ActRefused.

    Asked for again, under whichever id, nothing is left to do in the book.
    """
    if order.erased_at is not None:
        await answered(session, request)
        return OrderActed(order_id=order.id)
    await first_time(session, request, now)
    same_number = select(Order).where(Order.channel == order.channel, Order.order_no == order.order_no)
    orders = list(await session.scalars(same_number.order_by(Order.id).with_for_update()))
    for each in orders:
        if why := await _refusal(session, each, now):
            raise ActRefused(why)
    for each in orders:
        if each.erased_at is None:
            await remove(session, each)
            rewritten = await erase_words(session, each, but=request.request_id)
            each.erased_at = now
            journal.record(session, each, "order.erased", now, by=request.by, rewritten=rewritten)
    return OrderActed(order_id=order.id)


async def _refusal(session: AsyncSession, order: Order, now: datetime) -> str | None:
    is_open = order.closed_at is None or await open_deliveries(session, order)
    case = select(func.min(CaseRow.number)).where(CaseRow.order_id == order.id, CaseRow.closed_at.is_(None))
    gone = order.paused_at if order.paused_for in FOR_THE_PAYMENT else None
    until = gone + LONGEST_DISPUTE if gone else None
    return erase_refusal(
        open_as=order.state if is_open else "",
        case=await session.scalar(case),
        owed=await _owed(session, order),
        disputed_until=until if until and until > now else None,
        asked_until=await _asked_until(session, order),
    )


async def _owed(session: AsyncSession, order: Order) -> str | None:
    """A refund that the channel has yet to pay, or has failed to pay without anybody having settled that."""
    settled = exists().where(
        CaseRow.delivery_id == Refund.delivery_id,
        CaseRow.kind == CaseKind.REFUND_FAILED.value,
        CaseRow.closed_at >= Refund.settled_at,
    )
    failed = and_(Refund.state == RefundState.FAILED.value, Refund.replaced_by.is_(None), ~settled)
    owed = or_(Refund.state == RefundState.DECIDED.value, failed)
    found = select(Refund.id).where(Refund.order_id == order.id, owed).order_by(Refund.decided_at, Refund.id)
    return await session.scalar(found.limit(1))


async def _asked_until(session: AsyncSession, order: Order) -> datetime | None:
    """When a supplier is asked next what a purchase came to; None once the book knows it of all of them."""
    known = and_(
        Attempt.state == AttemptState.DELIVERED.value,
        Attempt.code.is_(None),
        Attempt.charged_amount.is_not(None),
    )
    asked = (Attempt.verify_at.is_not(None), ~known)
    of_it = select(func.min(Attempt.verify_at)).join(Delivery, Delivery.id == Attempt.delivery_id)
    found: datetime | None = await session.scalar(of_it.where(Delivery.order_id == order.id, *asked))
    return found
