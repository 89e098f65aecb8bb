"""Runs that do not go on: what was found, what was done about it, and that it is not done twice at once."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.notes.note import Note
from storage.base import journal
from storage.tables import Order, StuckRun
from storage.upkeep.overdue import Work

MOST_DOUBLINGS = 6
"""A run that is replaced again and again is left alone for ever longer, up to this many doublings."""


async def notified_runs(session: AsyncSession) -> list[Work]:
    """Orders and cases whose run was notified that it is stuck, and not found well since."""
    rows = await session.execute(
        select(Order.id, Order.channel, Order.order_no, StuckRun.case_number)
        .join(Order, Order.id == StuckRun.order_id)
        .where(StuckRun.notified_at.is_not(None))
    )
    return [Work(*row) for row in rows]


async def why_stuck(session: AsyncSession, order_ids: Collection[str] | None = None) -> dict[str, Note]:
    """Why the runs of these open orders (None: of all) were notified as stuck, by the order's id."""
    wanted = (
        select(StuckRun.order_id, StuckRun.why)
        .join(Order, Order.id == StuckRun.order_id)
        .where(StuckRun.notified_at.is_not(None), StuckRun.case_number == 0, Order.closed_at.is_(None))
    )
    if order_ids is not None:
        wanted = wanted.where(StuckRun.order_id.in_(order_ids))
    return {order_id: why for order_id, why in await session.execute(wanted)}


async def is_well(session: AsyncSession, work: Work) -> None:
    """Write down that a notified run goes on again."""
    row = await session.get(StuckRun, work.workflow_id, with_for_update=True)
    if row is not None:
        row.notified_at = None


async def to_tell(session: AsyncSession, work: Work, why: Note, now: datetime, wait: timedelta) -> bool:
    """Write down that a run is notified now; False when it was before, or replaced but lately."""
    row = await _locked(session, work, why)
    if row.notified_at is not None:
        return False
    if row.replaced_at is not None and now < row.replaced_at + wait * 2 ** min(row.replaced, MOST_DOUBLINGS):
        return False
    row.notified_at, row.why = now, why
    return True


async def to_replace(
    session: AsyncSession, work: Work, why: Note, now: datetime, notified_before: datetime, actor: str
) -> bool:
    """Write down, also in the order's timeline, that a run is replaced now.

    False unless it was notified before then; so that of two who see it at once, one replaces it.
    """
    order = await journal.lock_order(session, work.order_id)
    row = await _locked(session, work, why)
    if row.notified_at is None or row.notified_at > notified_before:
        return False
    _replace(session, order, row, work, why, now, actor)
    return True


async def replaced_by_hand(session: AsyncSession, work: Work, why: Note, now: datetime, actor: str) -> None:
    """Write down that a person has a run replaced, whether it was notified or not."""
    order = await journal.lock_order(session, work.order_id)
    _replace(session, order, await _locked(session, work, why), work, why, now, actor)


def _replace(
    session: AsyncSession, order: Order, row: StuckRun, work: Work, why: Note, now: datetime, actor: str
) -> None:
    row.notified_at, row.why = None, why
    row.replaced, row.replaced_at = row.replaced + 1, now
    journal.record(session, order, "order.run_replaced", now, why=why, actor=actor, case=work.case)


async def _locked(session: AsyncSession, work: Work, why: Note) -> StuckRun:
    values = {
        "workflow_id": work.workflow_id,
        "order_id": work.order_id,
        "case_number": work.case,
        "why": why,
    }
    await session.execute(insert(StuckRun).values(**values).on_conflict_do_nothing())
    return await session.get_one(StuckRun, work.workflow_id, with_for_update=True, populate_existing=True)
