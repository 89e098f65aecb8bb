"""What an order takes from our own stock at once: reserved while it is accepted, or it is not accepted."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import takewhile

from sqlalchemy.ext.asyncio import AsyncSession

from domain.keys import delivery_id
from domain.planning.plan import PlannedDelivery
from storage.supply.reserving import Short, Wanted, reserve

OUT_OF_STOCK = "out_of_stock"


async def reserve_at_once(
    session: AsyncSession,
    order_id: str,
    plan: Sequence[PlannedDelivery],
    gated: Collection[str],
    own_stock: Collection[str],
    due_by: datetime,
    *,
    alone: bool,
) -> Short | None:
    """Reserve keys for the deliveries of a plan that are due by then; tells which one is short.

    `gated`: components that wait for more than their instant. `own_stock`: the connections that sell keys of
    our own. Raises Contended unless `alone`.
    """
    wanted = []
    for planned in plan:
        due = planned.due_at is not None and planned.due_at <= due_by and planned.component not in gated
        sells = [(offer.connection, offer.product) for offer in planned.offers]
        ours = list(takewhile(lambda product: product[0] in own_stock, sells))
        if due and ours:
            identity = delivery_id(order_id, *planned.place)
            elsewhere = len(ours) < len(sells)
            wanted.append(Wanted(identity, planned.component, planned.units, ours, elsewhere))
    return await reserve(session, wanted, alone=alone)


def in_words(short: Short) -> str:
    """Why such an order is not accepted, for its channel."""
    return f"component {short.component} is out of stock: {short.units} wanted at once, {short.left} left"
