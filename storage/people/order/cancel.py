"""What is left of an order is cancelled."""

from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import CLOSED, UNRESOLVED_ATTEMPTS, AttemptState, DeliveryState
from domain.messages import OrderActed
from domain.verbs.human_act import HumanAct
from domain.verbs.order.cancel import cancel_refusal
from storage.base import journal
from storage.base.requests import ActRefused, first_time
from storage.standing.deliveries import standing_of
from storage.tables import Attempt, Delivery, Order


async def apply(session: AsyncSession, order: Order, request: HumanAct, now: datetime) -> OrderActed:
    """Write down that nobody wants the rest. Raises ActRefused past the point of no return."""
    if not await first_time(session, request, now):
        return OrderActed(order_id=order.id, cancelled=True)
    if order.cancelled_at is None:
        left = select(func.count()).where(
            Delivery.order_id == order.id, Delivery.state.not_in([state.value for state in CLOSED])
        )
        why = cancel_refusal(
            closed=order.state if order.closed_at else "",
            open_deliveries=int(await session.scalar(left) or 0),
            past=await _past(session, order),
        )
        if why is not None:
            raise ActRefused(why)
        order.cancelled_at = now
    journal.record(session, order, "order.cancelling", now, by=request.by)
    return OrderActed(order_id=order.id, cancelled=True)


async def _past(session: AsyncSession, order: Order) -> list[str]:
    """What was bought, and would have to be revoked after cancelling although it cannot be."""
    if not (await standing_of(session, order)).cancelling_undoes:
        return []
    live = [state.value for state in (*UNRESOLVED_ATTEMPTS, AttemptState.DELIVERED, AttemptState.PARTIAL)]
    bought = exists().where(Attempt.delivery_id == Delivery.id, Attempt.state.in_(live))
    past = await session.scalars(
        select(Delivery.title).where(
            Delivery.order_id == order.id,
            Delivery.pivot,
            or_(Delivery.state == DeliveryState.DELIVERED.value, bought),
        )
    )
    return list(past)
