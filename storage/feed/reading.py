"""Reading settled events of the feed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Event, FeedRow, Notice


@dataclass(frozen=True)
class FeedEvent:
    """One event of the book, with its place in the feed."""

    position: int
    order_id: str
    seq: int
    at: datetime
    type: str
    delivery_id: str | None
    data: Mapping[str, Any]
    xid: int
    """The transaction that wrote it."""


_EVENTS = select(
    Event.position, Event.order_id, Event.seq, Event.at, Event.type, Event.delivery_id, Event.data, Event.xid
)


async def feed_row(session: AsyncSession) -> FeedRow:
    """The feed's row as it is now."""
    return (await session.scalars(select(FeedRow).execution_options(populate_existing=True))).one()


async def notices(session: AsyncSession, after: int, until: int) -> Sequence[Notice]:
    """What happened outside orders, after one position and until another that is settled."""
    found = select(Notice).where(Notice.feed_position > after, Notice.feed_position <= until)
    return list(await session.scalars(found.order_by(Notice.feed_position)))


async def events_of_orders(session: AsyncSession, after: int, settled: int, most: int) -> Sequence[FeedEvent]:
    """The next events of orders after a position, until one that is settled."""
    next_ones = _EVENTS.where(Event.position > after, Event.position <= settled)
    rows = await session.execute(next_ones.order_by(Event.position).limit(most))
    return [FeedEvent(*row) for row in rows]


async def events_of(session: AsyncSession, orders: Collection[str]) -> Mapping[str, Sequence[FeedEvent]]:
    """All events of these orders, by id, also those that are not settled; each from its first one on."""
    found: dict[str, list[FeedEvent]] = {}
    rows = await session.execute(
        _EVENTS.where(Event.order_id.in_(orders)).order_by(Event.order_id, Event.seq)
    )
    for row in rows:
        found.setdefault(row.order_id, []).append(FeedEvent(*row))
    return found
