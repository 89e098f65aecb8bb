"""What is for trying things out, channels and connections; and which channels are notified."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Channel, SandboxConnection, WebhookEndpoint


async def test_channels(session: AsyncSession, channels: Collection[str]) -> set[str]:
    """Those of these channels that are test channels."""
    rows = select(Channel.name).where(Channel.name.in_(channels), Channel.livemode.is_(False))
    return set(await session.scalars(rows))


async def sandboxes_among(session: AsyncSession, connections: Collection[str]) -> set[str]:
    """Those of these connections that lead to suppliers' test systems."""
    rows = select(SandboxConnection.connection).where(SandboxConnection.connection.in_(connections))
    return set(await session.scalars(rows))


async def notified_channels(session: AsyncSession) -> set[str]:
    """The live channels that have an endpoint."""
    owned = (WebhookEndpoint.channel.is_not(None), WebhookEndpoint.removed_at.is_(None))
    found = await session.scalars(select(WebhookEndpoint.channel).where(*owned).distinct())
    channels = {channel for channel in found if channel is not None}
    return channels - await test_channels(session, channels)
