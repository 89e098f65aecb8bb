"""Keys of channels: made, found by their digest, ended."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import Scope
from storage.tables import Channel, ChannelKey


class OtherMode(Exception):
    """The channel is live and the key a test one, or the other way round."""


@dataclass(frozen=True)
class Grant:
    """What a key is made for. `label` names it for people."""

    channel: str
    livemode: bool
    scopes: Collection[Scope]
    rate_per_minute: int
    label: str
    actor: str


async def add_key(session: AsyncSession, digest: str, grant: Grant, now: datetime) -> ChannelKey:
    """Write a key down, and its channel if this is its first. Raises OtherMode."""
    await session.execute(
        insert(Channel)
        .values(name=grant.channel, livemode=grant.livemode, created_at=now)
        .on_conflict_do_nothing()
    )
    channel = await session.get_one(Channel, grant.channel, populate_existing=True)
    if channel.livemode is not grant.livemode:
        raise OtherMode
    key = ChannelKey(
        id=f"key_{secrets.token_hex(8)}",
        channel=grant.channel,
        livemode=grant.livemode,
        digest=digest,
        scopes=sorted(grant.scopes),
        label=grant.label,
        rate_per_minute=grant.rate_per_minute,
        created_at=now,
        created_by=grant.actor,
    )
    session.add(key)
    return key


async def key_of(session: AsyncSession, digest: str, now: datetime) -> tuple[ChannelKey, Channel] | None:
    """The key of this digest and its channel, unless it has ended."""
    still = or_(ChannelKey.ends_at.is_(None), ChannelKey.ends_at > now)
    found = select(ChannelKey, Channel).join(Channel, Channel.name == ChannelKey.channel)
    row = (await session.execute(found.where(ChannelKey.digest == digest, still))).one_or_none()
    return None if row is None else (row[0], row[1])


async def is_known(session: AsyncSession, digest: str) -> bool:
    """Whether there is a key of this digest, whatever became of it."""
    return await session.scalar(select(ChannelKey.id).where(ChannelKey.digest == digest)) is not None


async def list_keys(session: AsyncSession, channel: str | None) -> Sequence[ChannelKey]:
    """The keys of a channel, or of all, the newest last."""
    query = select(ChannelKey).order_by(ChannelKey.channel, ChannelKey.created_at, ChannelKey.id)
    if channel is not None:
        query = query.where(ChannelKey.channel == channel)
    return list(await session.scalars(query))


async def end_key(session: AsyncSession, key_id: str, at: datetime) -> ChannelKey | None:
    """Let a key open nothing from then on; one that ends earlier stays so. None for one that is not there."""
    key = await session.get(ChannelKey, key_id, with_for_update=True)
    if key is not None and (key.ends_at is None or key.ends_at > at):
        key.ends_at = at
    return key
