"""Consumers of the feed: each has one cursor in the book, and whoever holds its lock reads on from it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base.database import Database
from storage.feed.epoch import shared_since
from storage.feed.reading import FeedEvent, events_of_orders, feed_row, notices
from storage.tables import FeedCursor, Notice

AT_A_TIME = 500


@dataclass(frozen=True)
class Taken:
    """What a consumer does something about, in `session`: it is done together with moving its cursor."""

    session: AsyncSession
    epoch: int
    events: Sequence[FeedEvent]
    notices: Sequence[Notice]
    until: int
    """The position that is the cursor's afterwards."""
    is_last: bool
    """Nothing else is settled yet."""
    restarts_after: int | None = None
    """A new epoch: what the consumer made of events after this position is to be made anew."""


@asynccontextmanager
async def taking(database: Database, consumer: str, most: int = AT_A_TIME) -> AsyncIterator[Taken | None]:
    """The next events of a consumer; None while another process takes them.

    They are taken once the block ends, in one transaction with what it wrote; an exception takes nothing.
    """
    async with database.transaction() as session:
        cursor = await _locked(session, consumer)
        if cursor is None:
            yield None
            return
        feed = await feed_row(session)
        restarts_after = None
        if cursor.epoch != feed.epoch:
            shared, _ = await shared_since(session, cursor.epoch)
            cursor.epoch = feed.epoch
            cursor.position = restarts_after = min(cursor.position, shared)
            cursor.moved_at = func.now()
        after = cursor.position
        events = await events_of_orders(session, after, feed.settled, most)
        is_last = len(events) < most
        until = feed.settled if is_last else events[-1].position
        if until > after:
            cursor.position, cursor.moved_at = until, func.now()
        until = max(until, after)
        outside = await notices(session, after, until)
        yield Taken(session, feed.epoch, events, outside, until, is_last, restarts_after)


async def _locked(session: AsyncSession, consumer: str) -> FeedCursor | None:
    wanted = select(FeedCursor).where(FeedCursor.consumer == consumer)
    fresh = wanted.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    found = (await session.scalars(fresh)).one_or_none()
    if found is not None or await session.scalar(wanted) is not None:
        return found
    feed = await feed_row(session)
    first = {"consumer": consumer, "epoch": feed.epoch, "position": 0, "moved_at": func.now()}
    await session.execute(insert(FeedCursor).values(first).on_conflict_do_nothing())
    return (await session.scalars(fresh)).one_or_none()
