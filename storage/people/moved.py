"""Which deliveries of an order an act on all of it moves."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import CLOSED
from domain.messages import OrderActed
from storage.base import journal
from storage.tables import Delivery, Order

MOST_NAMED = 30
"""So many steps, each with a note as long as people may write one, are a small payload."""


async def open_deliveries(session: AsyncSession, order: Order, *which: ColumnElement[bool]) -> list[Delivery]:
    """The deliveries of an order that are not closed, in plan order."""
    open_ones = select(Delivery).where(
        Delivery.order_id == order.id, Delivery.state.not_in([state.value for state in CLOSED]), *which
    )
    return list(await session.scalars(open_ones.order_by(Delivery.position)))


def moved(order: Order, deliveries: Sequence[Delivery]) -> OrderActed:
    """Where deliveries stand after an act, as far as that is small enough to travel."""
    if len(deliveries) > MOST_NAMED:
        return OrderActed(order_id=order.id, many=True)
    return OrderActed(order_id=order.id, moved={each.id: journal.snapshot_of(each) for each in deliveries})
