"""What an order takes from our own stock at once: reserved while it is accepted, or it is not accepted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from sqlalchemy.ext.asyncio import AsyncSession

from domain.keys import delivery_id
from domain.planning.plan import PlannedDelivery
from storage.supply.reserving import Short, Taking, Wanted, reserve

OUT_OF_STOCK = "out_of_stock"


@dataclass(frozen=True)
class AtOnce:
    """The deliveries of a plan that are due by an instant, as far as our own stock sells them first."""

    owner: str
    """The id of the order, or of the hold."""
    plan: Sequence[PlannedDelivery]
    gated: Collection[str]
    """Components that wait for more than their instant."""
    own_stock: Collection[str]
    """The connections that sell keys of our own."""
    due_by: datetime

    @property
    def wanted(self) -> list[Wanted]:
        """What of our own stock each of them needs."""
        found = []
        for planned in self.plan:
            due = planned.due_at is not None and planned.due_at <= self.due_by
            sells = [(offer.connection, offer.product) for offer in planned.offers]
            ours = list(takewhile(lambda product: product[0] in self.own_stock, sells))
            if due and ours and planned.component not in self.gated:
                identity = delivery_id(self.owner, *planned.place)
                elsewhere = len(ours) < len(sells)
                found.append(Wanted(identity, planned.component, planned.units, ours, elsewhere))
        return found


async def reserve_at_once(
    session: AsyncSession, at_once: AtOnce, *, alone: bool, redeeming: str | None = None
) -> Short | None:
    """Reserve keys for an order; tells which component is short. Raises Contended unless `alone`.

    `redeeming`: the hold whose keys come first. It keeps them where the order is short.
    """
    if redeeming is None:
        return await reserve(session, at_once.wanted, alone=alone)
    async with session.begin_nested() as kept:
        taking = Taking(first=redeeming)
        short = await reserve(session, at_once.wanted, alone=alone, taking=taking)
        if short is not None:
            await kept.rollback()
    return short


def in_words(short: Short) -> str:
    """Why such an order is not accepted, for its channel."""
    return f"component {short.component} is out of stock: {short.units} wanted at once, {short.left} left"
