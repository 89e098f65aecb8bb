"""Where orders stand for receivers: kept, so that only new events are read to make public ones."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import ShippedWhen
from domain.money import Money
from domain.webhooks.standing import DeliveryFrame, OrderFrame, OrderStanding
from storage.base.together import as_rows, insert_together
from storage.tables import BundleVersion, Channel, Delivery, Order, PublicDelivery, PublicOrder

_ORDER = (
    "order_id",
    "seq",
    "sequence",
    "was_shippable",
    "state",
    "paused",
    "closed",
    "still_open",
    "delivered",
)


@dataclass
class Known:
    """An order, after its events up to `seq`."""

    standing: OrderStanding
    livemode: bool
    seq: int = 0
    sequence: int = 0
    is_stale: bool = False
    """Its standing is to be folded from its events again."""


async def known_orders(session: AsyncSession, order_ids: Collection[str]) -> dict[str, Known]:
    """Where these orders stand, by id; deliveries of theirs are not read yet."""
    wanted = (
        select(Order, BundleVersion.document["shipped_when"].astext, Channel.livemode, PublicOrder)
        .outerjoin(
            BundleVersion,
            (BundleVersion.bundle_id == Order.bundle_id) & (BundleVersion.version == Order.bundle_version),
        )
        .outerjoin(Channel, Channel.name == Order.channel)
        .outerjoin(PublicOrder, PublicOrder.order_id == Order.id)
        .where(Order.id.in_(order_ids))
        .execution_options(populate_existing=True)
    )
    found = {}
    for order, shipped_when, livemode, row in await session.execute(wanted):
        standing = OrderStanding(_frame(order, shipped_when or ShippedWhen.ALL.value))
        is_live = livemode is not False
        if row is None:
            found[order.id] = Known(standing, is_live)
            continue
        known = Known(standing, is_live, row.seq, row.sequence, row.state is None)
        standing.was_shippable = row.was_shippable
        if row.state is not None:
            standing.state, standing.paused, standing.closed = row.state, row.paused, row.closed
            standing.still_open, standing.delivered = row.still_open, row.delivered
        found[order.id] = known
    return found


async def add_deliveries(
    session: AsyncSession, known: Mapping[str, Known], delivery_ids: Collection[str]
) -> None:
    """Add to these orders what is known of their deliveries with these ids."""
    if not delivery_ids:
        return
    columns = (Delivery.id, Delivery.component, Delivery.release, Delivery.item)
    more = (Delivery.title, Delivery.kind, Delivery.units, Delivery.role)
    wanted = select(Delivery.order_id, PublicDelivery.face, *columns, *more)
    wanted = wanted.outerjoin(PublicDelivery, PublicDelivery.delivery_id == Delivery.id)
    wanted = wanted.where(Delivery.id.in_(delivery_ids)).order_by(Delivery.position)
    frames: dict[str, dict[str, DeliveryFrame]] = {}
    for order_id, face, *frame in await session.execute(wanted):
        delivery = DeliveryFrame(*frame)
        frames.setdefault(order_id, {})[delivery.id] = delivery
        if face is not None and not known[order_id].is_stale:
            known[order_id].standing.faces[delivery.id] = face
    for order_id, deliveries in frames.items():
        standing = known[order_id].standing
        standing.frame = replace(standing.frame, deliveries=deliveries)


async def keep(session: AsyncSession, known: Iterable[Known]) -> None:
    """Write down where these orders stand now."""
    orders, faces = [], list[dict[str, Any]]()
    for each in known:
        orders.append(_row(each))
        faces += [{"delivery_id": key, "face": face} for key, face in each.standing.faces.items()]
    if orders:
        insert = insert_together(PublicOrder.__tablename__, *_ORDER)
        news = {name: insert.excluded[name] for name in _ORDER[1:]}
        await session.execute(
            insert.on_conflict_do_update(index_elements=["order_id"], set_=news), as_rows(orders)
        )
    if faces:
        insert = insert_together(PublicDelivery.__tablename__, "delivery_id", "face")
        again = insert.on_conflict_do_update(
            index_elements=["delivery_id"], set_={"face": insert.excluded.face}
        )
        await session.execute(again, as_rows(faces))


def _row(known: Known) -> dict[str, Any]:
    standing = known.standing
    return {
        "order_id": standing.frame.id,
        "seq": known.seq,
        "sequence": known.sequence,
        "was_shippable": standing.was_shippable,
        "state": standing.state,
        "paused": standing.paused,
        "closed": standing.closed,
        "still_open": standing.still_open,
        "delivered": standing.delivered,
    }


def _frame(order: Order, shipped_when: str) -> OrderFrame:
    return OrderFrame(
        id=order.id,
        channel=order.channel,
        order_no=order.order_no,
        bundle=order.bundle_id,
        bundle_version=order.bundle_version,
        quantity=order.quantity,
        paid=Money(amount=order.price_amount, currency=order.currency),
        shipped_when=shipped_when,
        deliveries={},
    )
