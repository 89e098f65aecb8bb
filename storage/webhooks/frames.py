"""What of an order is needed to make its public events."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import ShippedWhen
from domain.money import Money
from domain.webhooks.standing import BookEvent, DeliveryFrame, OrderFrame
from storage.tables import BundleVersion, Delivery, Event, Order


async def frames(session: AsyncSession, orders: Collection[str]) -> dict[str, OrderFrame]:
    """What never changes about these orders, by id."""
    found = select(Order, BundleVersion.document).outerjoin(
        BundleVersion,
        (BundleVersion.bundle_id == Order.bundle_id) & (BundleVersion.version == Order.bundle_version),
    )
    deliveries = await _deliveries(session, orders)
    framed = {}
    for order, bundle in await session.execute(found.where(Order.id.in_(orders))):
        framed[order.id] = OrderFrame(
            id=order.id,
            channel=order.channel,
            order_no=order.order_no,
            bundle=order.bundle_id,
            bundle_version=order.bundle_version,
            quantity=order.quantity,
            paid=Money(amount=order.price_amount, currency=order.currency),
            shipped_when=(bundle or {}).get("shipped_when", ShippedWhen.ALL.value),
            deliveries=deliveries.get(order.id, {}),
        )
    return framed


async def events_of(session: AsyncSession, orders: Collection[str]) -> dict[str, Sequence[BookEvent]]:
    """All events of these orders, by id, each from its first one on."""
    columns = (Event.seq, Event.at, Event.type, Event.delivery_id, Event.data, Event.xid)
    rows = select(Event.order_id, *columns).where(Event.order_id.in_(orders))
    found: dict[str, list[BookEvent]] = {}
    for order_id, *event in await session.execute(rows.order_by(Event.order_id, Event.seq)):
        found.setdefault(order_id, []).append(BookEvent(*event))
    return {order_id: events for order_id, events in found.items()}


async def _deliveries(session: AsyncSession, orders: Collection[str]) -> dict[str, dict[str, DeliveryFrame]]:
    rows = select(Delivery).where(Delivery.order_id.in_(orders)).order_by(Delivery.position)
    found: dict[str, dict[str, DeliveryFrame]] = {}
    for row in await session.scalars(rows):
        found.setdefault(row.order_id, {})[row.id] = DeliveryFrame(
            id=row.id,
            component=row.component,
            release=row.release,
            item=row.item,
            title=row.title,
            kind=row.kind,
            units=row.units,
            role=row.role,
        )
    return found
