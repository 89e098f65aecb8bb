"""How far the feed is settled: nothing is ever added there, so whoever has read it missed nothing.

Positions come from a sequence, in the order in which events are written, not in which their transactions
end. So for a position `given` that the sequence has reached:

1. An event at or before it was written by a transaction that had its id by then: it locked its order's row
   before, which needs one, and the column `xid` stands before `position` should it not have.
2. The id that the settling transaction takes *after* reading the sequence is larger than all of those.
3. `pg_snapshot_xmin` is the oldest transaction that still runs. Once it is no smaller than that id, every
   transaction of 1. has ended: its events are there for every later snapshot, or never will be.

The id that a snapshot calls its `xmax` would not do for 2.: a transaction that runs may have a larger one.
Nor would the order of `xid`: of two transactions that write to one order, the later may have the smaller id,
where it wrote to another order before. Positions of one order always ascend with its sequence numbers, since
both are given under its lock.

While transactions overlap without a pause, the oldest one never is younger than the id just taken. So the
pair is kept as a fence until it is; a transaction that stays open delays the feed and skips nothing.
"""

from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base.database import Database
from storage.tables import FeedRow

_GIVEN = text("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM events_position_seq")
_OWN_ID = text("SELECT pg_current_xact_id()::text::bigint")
_OLDEST = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")


@dataclass(frozen=True)
class Settled:
    """How far the feed can be read."""

    epoch: int
    position: int
    restored: bool = False
    """The book remembers what its database has not given yet: it was restored; begin another epoch."""


async def settle(database: Database) -> Settled:
    """Settle what can be settled now. Writes nothing where nothing is new."""
    async with database.transaction() as session:
        feed = (await session.scalars(select(FeedRow))).one()
        given = int(await session.scalar(_GIVEN))
        if feed.settled == given:
            return Settled(feed.epoch, feed.settled)
        own = int(await session.scalar(_OWN_ID))
        if given < feed.settled or own < (feed.fence_xid or 0):
            return Settled(feed.epoch, feed.settled, restored=True)
        return await _move(session, given, own) or Settled(feed.epoch, feed.settled)


async def _move(session: AsyncSession, given: int, own: int) -> Settled | None:
    """Move the feed's row on; None while somebody else does."""
    locked = select(FeedRow).with_for_update(skip_locked=True).execution_options(populate_existing=True)
    feed = (await session.scalars(locked)).one_or_none()
    if feed is None:
        return None
    oldest = int(await session.scalar(_OLDEST))
    if oldest >= own:
        feed.settled, feed.fence, feed.fence_xid = max(feed.settled, given), None, None
    elif feed.fence is None or feed.fence_xid is None:
        feed.fence, feed.fence_xid = given, own
    elif oldest >= feed.fence_xid:
        feed.settled = max(feed.settled, feed.fence)
        feed.fence, feed.fence_xid = given, own
    return Settled(feed.epoch, feed.settled)
