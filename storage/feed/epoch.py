"""A new epoch of the feed, which begins when the book was restored from an older copy.

What happened after the copy is forgotten, and its positions and sequence numbers are given again to other
events. Whoever has read those before can only tell by the epoch: it is part of a cursor and of an event's id,
and a later one is a larger number. Up to a position two epochs say the same; from there on everything is read
again. Whoever missed several epochs goes back to what all of them share.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Event, FeedEpoch, FeedRow, PublicEvent


async def renew_epoch(session: AsyncSession, now: datetime, copied_at: datetime) -> int:
    """Begin another epoch, of a book that says itself that it was copied no earlier than `copied_at`."""
    feed = (await session.scalars(select(FeedRow).with_for_update())).one()
    last = select(func.coalesce(func.max(Event.position), 0)).where(Event.at <= copied_at)
    until = int(await session.scalar(last) or 0)
    numbered = select(func.coalesce(func.max(PublicEvent.number), 0)).where(PublicEvent.position <= until)
    number = int(await session.scalar(numbered) or 0)
    feed.epoch = max(int(now.timestamp() * 1000), feed.epoch + 1)
    session.add(FeedEpoch(epoch=feed.epoch, shared_until=until, shared_number=number))
    given = int(await session.scalar(select(func.coalesce(func.max(Event.position), 0))) or 0)
    feed.settled = min(feed.settled, given)
    feed.fence = feed.fence_xid = None
    return feed.epoch


async def shared_since(session: AsyncSession, epoch: int) -> tuple[int, int]:
    """Up to which position, and which number of a public event, an earlier epoch agrees with the feed."""
    least = (func.min(FeedEpoch.shared_until), func.min(FeedEpoch.shared_number))
    found = (await session.execute(select(*least).where(FeedEpoch.epoch > epoch))).one()
    return found[0] or 0, found[1] or 0
