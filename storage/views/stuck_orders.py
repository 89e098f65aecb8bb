"""Lists of orders with why those do not go on that do not, as far as the book knows."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.notes.note import Note
from storage.public.withheld import why_withheld
from storage.upkeep.overdue import overdue_orders
from storage.upkeep.stuck import why_stuck
from storage.upkeep.unopened import why_unopened
from storage.views.order_lines import GRACE, OrderLine
from storage.views.orders import lines_of

MOST_STUCK = 1000


async def list_stuck(session: AsyncSession, now: datetime, *, limit: int = 50) -> list[OrderLine]:
    """The open orders that do not go on, and any that do not open, with why; the longest waiting first."""
    why = await _why(session, now)
    return [
        line.model_copy(update={"stuck": why[line.order_id]}) for line in await lines_of(session, why, limit)
    ]


async def with_stuck(session: AsyncSession, now: datetime, lines: Sequence[OrderLine]) -> list[OrderLine]:
    """These lines, with why those do not go on that do not."""
    why = await _why(session, now, [line.order_id for line in lines if line.closed_at is None])
    return [line.model_copy(update={"stuck": why.get(line.order_id)}) for line in lines]


async def _why(session: AsyncSession, now: datetime, of: Collection[str] | None = None) -> dict[str, Note]:
    """Orders that are overdue or do not open, whose run was notified, or whose events are withheld."""
    late = await overdue_orders(session, now - GRACE, now, MOST_STUCK, of)
    overdue = {work.order_id: why for work, why in late.items()}
    withheld = await why_withheld(session, of)
    return {**withheld, **await why_stuck(session, of), **overdue, **await why_unopened(session, of)}
