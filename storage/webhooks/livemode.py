"""Which channels are for trying things out."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Channel


async def test_channels(session: AsyncSession, channels: Collection[str]) -> set[str]:
    """Those of these channels that are test channels."""
    rows = select(Channel.name).where(Channel.name.in_(channels), Channel.livemode.is_(False))
    return set(await session.scalars(rows))
