"""What a channel lists of its own: orders and refunds, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from storage.money.refund_views import RefundView, refund_view
from storage.tables import Delivery, Order, Refund
from storage.views.order_lines import OrderLine, line_of
from storage.views.zones import time_zones


@dataclass(frozen=True)
class Sought:
    """A page of a channel's list. `after`: moment and id of the last item of the page before."""

    channel: str
    limit: int
    after: tuple[datetime, str] | None = None
    state: str | None = None
    bundle: str | None = None
    since: datetime | None = None
    before: datetime | None = None


class RefundToPay(RefundView):
    """A refund with the order and the delivery that it is for."""

    order_no: str
    delivery_id: str
    component: str


async def orders_of(session: AsyncSession, sought: Sought) -> Sequence[OrderLine]:
    """Orders of a channel, the newest first."""
    query = select(Order).where(Order.channel == sought.channel)
    if sought.after is not None:
        query = query.where(tuple_(Order.accepted_at, Order.id) < sought.after)
    if sought.state is not None:
        query = query.where(Order.state == sought.state)
    if sought.bundle is not None:
        query = query.where(Order.bundle_id == sought.bundle)
    if sought.since is not None:
        query = query.where(Order.accepted_at >= sought.since)
    if sought.before is not None:
        query = query.where(Order.accepted_at < sought.before)
    newest = query.order_by(Order.accepted_at.desc(), Order.id.desc()).limit(sought.limit)
    orders = list(await session.scalars(newest))
    zones = await time_zones(session, orders)
    return [OrderLine(**line_of(order, zones.get(order.id))) for order in orders]


async def refunds_of(session: AsyncSession, sought: Sought) -> Sequence[RefundToPay]:
    """Refunds of a channel's orders, those decided first before the others."""
    query = (
        select(Refund, Order.order_no, Delivery.component)
        .join(Order, Order.id == Refund.order_id)
        .join(Delivery, Delivery.id == Refund.delivery_id)
        .where(Order.channel == sought.channel)
    )
    if sought.after is not None:
        query = query.where(tuple_(Refund.decided_at, Refund.id) > sought.after)
    if sought.state is not None:
        query = query.where(Refund.state == sought.state)
    rows = await session.execute(query.order_by(Refund.decided_at, Refund.id).limit(sought.limit))
    return [
        RefundToPay(
            **dict(refund_view(refund)),
            order_no=order_no,
            delivery_id=refund.delivery_id,
            component=component,
        )
        for refund, order_no, component in rows
    ]


async def is_refund_of(session: AsyncSession, channel: str, refund_id: str) -> bool:
    """Whether a refund is of an order of this channel."""
    of_it = select(Refund.id).join(Order, Order.id == Refund.order_id)
    return await session.scalar(of_it.where(Refund.id == refund_id, Order.channel == channel)) is not None


async def order_of_delivery(session: AsyncSession, channel: str, delivery_id: str) -> str | None:
    """The id of the order of this channel that a delivery belongs to."""
    of_it = select(Order.id).join(Delivery, Delivery.order_id == Order.id)
    return await session.scalar(of_it.where(Delivery.id == delivery_id, Order.channel == channel))
