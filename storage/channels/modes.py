"""Whether a channel is live or a test one: settled by its first key or its first order, for good."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Channel


async def mode_of(session: AsyncSession, channel: str) -> bool:
    """Whether a channel is live, as one is that nobody has said anything of."""
    found = await session.scalar(select(Channel.livemode).where(Channel.name == channel))
    return found is not False


async def settled_mode(session: AsyncSession, channel: str, now: datetime, *, livemode: bool) -> bool:
    """Whether a channel is live, from now on for good: one that the book has not is written down so."""
    settled = select(Channel.livemode).where(Channel.name == channel)
    found = await session.scalar(settled)
    if found is None:
        row = insert(Channel).values(name=channel, livemode=livemode, created_at=now)
        await session.execute(row.on_conflict_do_nothing())
        found = await session.scalar(settled)
    return found is not False
