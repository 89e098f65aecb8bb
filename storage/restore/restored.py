"""Noticing that the book was restored: it has forgotten a sweep that Temporal remembers."""

from datetime import UTC, datetime

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Mark

SWEEP = "sweep"
WHY_PAUSED = (
    "the database was put back to an older copy, so keys sold since then look free: take them out of stock, "
    "then resume"
)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


async def forgotten_since(session: AsyncSession, remembered: datetime | None) -> datetime | None:
    """The last sweep this book knows of, where somebody remembers a later one; None when all is well."""
    if remembered is None:
        return None
    mark = await session.get(Mark, SWEEP)
    known = mark.at if mark is not None else LONG_AGO
    return known if known < remembered else None


async def remember_sweep(session: AsyncSession, at: datetime) -> None:
    """Write down that a sweep which began then was made; one that began earlier may end later."""
    await session.execute(
        insert(Mark)
        .values(name=SWEEP, at=at)
        .on_conflict_do_update(index_elements=["name"], set_={"at": func.greatest(Mark.at, at)})
    )


async def last_sweep(session: AsyncSession) -> datetime | None:
    """When the last sweep began that this book knows of."""
    mark = await session.get(Mark, SWEEP)
    return mark.at if mark is not None else None
