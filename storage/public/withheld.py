"""Orders whose events cannot be made public: set aside, so that all others go on, and tried again later."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.notes.note import Note
from domain.notes.upkeep import EventsWithheld
from storage.tables import WithheldOrder

TRIED_AGAIN = timedelta(minutes=1)
AT_A_TIME = 50


async def withheld(session: AsyncSession, order_ids: Collection[str]) -> set[str]:
    """Those of these orders that were set aside."""
    rows = select(WithheldOrder.order_id).where(WithheldOrder.order_id.in_(order_ids))
    return set(await session.scalars(rows))


async def due(session: AsyncSession, now: datetime) -> Sequence[str]:
    """Orders set aside that are tried again now, the longest waiting first."""
    rows = select(WithheldOrder.order_id).where(WithheldOrder.try_at <= now)
    return list(await session.scalars(rows.order_by(WithheldOrder.try_at).limit(AT_A_TIME)))


async def set_aside(session: AsyncSession, order_id: str, seq: int, error: str, now: datetime) -> None:
    """Withhold an order's events from this one on, until it is tried again."""
    values = {"why": EventsWithheld(seq=seq, error=error), "try_at": now + TRIED_AGAIN}
    row = insert(WithheldOrder).values(order_id=order_id, since=now, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["order_id"], set_=values))


async def taken_up(session: AsyncSession, order_ids: Collection[str]) -> None:
    """The events of these orders are public again."""
    await session.execute(delete(WithheldOrder).where(WithheldOrder.order_id.in_(order_ids)))


async def why_withheld(session: AsyncSession, order_ids: Collection[str] | None = None) -> Mapping[str, Note]:
    """Why the events of these orders (None: of all) are withheld, by the order's id."""
    wanted = select(WithheldOrder.order_id, WithheldOrder.why).order_by(WithheldOrder.since)
    if order_ids is not None:
        wanted = wanted.where(WithheldOrder.order_id.in_(order_ids))
    return {order_id: why for order_id, why in await session.execute(wanted)}
