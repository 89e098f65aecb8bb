"""A new epoch of the feed, which begins when the book was restored from an older copy.

What happened after the copy is forgotten, and its positions and sequence numbers are given again to other
events. Whoever has read those before can only tell by the epoch: it is part of a cursor and of an event's id,
and a later one is a larger number. Up to `shared_until` both feeds say the same; from there on everything is
read again.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Event, FeedRow


async def renew_epoch(session: AsyncSession, now: datetime, copied_at: datetime) -> int:
    """Begin another epoch, of a book that says itself that it was copied no earlier than `copied_at`."""
    feed = (await session.scalars(select(FeedRow).with_for_update())).one()
    shared = select(func.coalesce(func.max(Event.position), 0)).where(Event.at <= copied_at)
    feed.epoch = max(int(now.timestamp() * 1000), feed.epoch + 1)
    feed.shared_until = int(await session.scalar(shared) or 0)
    given = int(await session.scalar(select(func.coalesce(func.max(Event.position), 0))) or 0)
    feed.settled = min(feed.settled, given)
    feed.fence = feed.fence_xid = None
    return feed.epoch
