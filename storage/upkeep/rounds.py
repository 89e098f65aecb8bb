"""When sweep and verification were last at work, in the book, so that it shows when they are not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Mark

SWEEP = "sweep-finished"
VERIFICATION = "verification-finished"
LATE_AFTER = {SWEEP: timedelta(minutes=10), VERIFICATION: timedelta(minutes=30)}
"""How late a round of verification may be, which waits for suppliers."""


@dataclass(frozen=True)
class Round:
    """When something that has to happen every minute last did."""

    name: str
    finished_at: datetime | None
    late: bool


async def finished(session: AsyncSession, name: str, at: datetime) -> None:
    """Write down that a round has just been made."""
    values = {"name": name, "at": at}
    await session.execute(
        insert(Mark).values(**values).on_conflict_do_update(index_elements=["name"], set_={"at": at})
    )


async def last_rounds(session: AsyncSession, now: datetime) -> list[Round]:
    """The last round of each, and whether it is late; one that was never made is."""
    found = []
    for name, longest in LATE_AFTER.items():
        mark = await session.get(Mark, name)
        at = mark.at if mark is not None else None
        found.append(Round(name, at, late=at is None or at < now - longest))
    return found
