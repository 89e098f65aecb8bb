"""The end of an order: what is owed to the buyer in all, and that nothing is left to do."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import DeliveryState, OrderState
from domain.messages import OrderResult
from domain.money import Money
from storage.base import journal
from storage.money.refunds import decide_refund, is_owed_for, owed_in_all
from storage.purchasing.at_hand import AtHand
from storage.standing.deliveries import open_cases_of
from storage.tables import Delivery, Order


async def settle(session: AsyncSession, order_id: str, now: datetime, *, revision: int = 0) -> OrderResult:
    """Close an order all of whose deliveries are closed, and decide what is owed to the buyer.

    Deciding twice changes nothing. What is owed for a delivery that an open case is about, its end decides.
    `revision`: how many changes of its deliveries the caller has seen; a book that has fewer was put back to
    a copy, and settles nothing.
    """
    order = await journal.lock_order(session, order_id)
    rows = list(
        await session.scalars(
            select(Delivery).where(Delivery.order_id == order_id).order_by(Delivery.position)
        )
    )
    if order.closed_at is None and sum(row.revision for row in rows) < revision:
        return OrderResult(order_id=order.id, state=OrderState(order.state), restored=True)
    open_yet = order.closed_at is None
    if open_yet and any(is_owed_for(row) for row in rows):
        cases = await open_cases_of(session, order_id)
        for row in rows:
            if row.id not in cases:
                await decide_refund(session, order, row, now)
    refund = await owed_in_all(session, order.id)
    if open_yet:
        journal.know_states(session, order, [row.state for row in rows])
        await _close(session, order, refund, now)
    return _ended(order, refund)


async def settle_delivered(
    session: AsyncSession, at_hand: AtHand, seen: int | None, now: datetime
) -> OrderResult | None:
    """Close an order whose last delivery was made just now, where each one was made in full.

    None where more is left to do, and for a case (`seen` is None), which settles no order. `seen`: how many
    changes of the other deliveries the run knows; a book that has fewer was put back to a copy.
    """
    order, delivery, others = at_hand.order, at_hand.delivery, at_hand.others
    in_full = delivery.state == DeliveryState.DELIVERED and delivery.units_delivered >= delivery.units
    if seen is None or order.closed_at is not None or not (in_full and others.made) or delivery.waived:
        return None
    if others.revision < seen:
        return None
    with session.no_autoflush:
        refund = await owed_in_all(session, order.id)
        await _close(session, order, refund, now)
    return _ended(order, refund)


async def _close(session: AsyncSession, order: Order, refund: int, now: datetime) -> None:
    state = await journal.restate(session, order, now, settled=True)
    order.closed_at = now
    journal.record(session, order, "order.closed", now, state=state.value, refund=refund)


def _ended(order: Order, refund: int) -> OrderResult:
    return OrderResult(
        order_id=order.id,
        state=order.state,  # type: ignore[arg-type]
        refund=Money(amount=refund, currency=order.currency) if refund else None,
    )
