"""Orders that do not open: whoever works on many passes over them, and people see them with what is stuck."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.notes.note import Note
from storage.base import journal
from storage.tables import Attempt, UnopenedOrder

TRIED_AGAIN = timedelta(hours=1)


async def put_off(session: AsyncSession, order_id: str, delivery_id: str, why: Note, now: datetime) -> None:
    """Ask about a delivery's purchases later, since its order does not open now."""
    await journal.lock_order(session, order_id)
    due = update(Attempt).where(Attempt.delivery_id == delivery_id, Attempt.verify_at <= now)
    await session.execute(due.values(verify_at=now + TRIED_AGAIN))
    row = insert(UnopenedOrder).values(order_id=order_id, why=why, since=now)
    again = row.on_conflict_do_update(index_elements=["order_id"], set_={"why": row.excluded.why})
    await session.execute(again)


async def opened(session: AsyncSession, order_id: str) -> None:
    """An order opens again, or needs not to any more."""
    await session.execute(delete(UnopenedOrder).where(UnopenedOrder.order_id == order_id))


async def why_unopened(session: AsyncSession, order_ids: Collection[str] | None = None) -> dict[str, Note]:
    """Why these orders (None: all) do not open, by the order's id, the longest known first."""
    wanted = select(UnopenedOrder.order_id, UnopenedOrder.why).order_by(UnopenedOrder.since)
    if order_ids is not None:
        wanted = wanted.where(UnopenedOrder.order_id.in_(order_ids))
    return {order_id: why for order_id, why in await session.execute(wanted)}
