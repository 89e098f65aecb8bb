"""Secrets with which channels sign their requests. They are sealed; whoever makes one sees it once."""

import base64
import os
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base.sealing import KeyRing
from storage.tables import Channel, ChannelSecret
from storage.webhooks.secrets import BYTES, PREFIX


async def add_secret(
    session: AsyncSession, ring: KeyRing, channel: str, actor: str, now: datetime, overlap: timedelta
) -> tuple[ChannelSecret, str]:
    """A secret of a channel, which must be there; those before it end after the overlap."""
    secret = PREFIX + base64.b64encode(os.urandom(BYTES)).decode()
    later = or_(ChannelSecret.ends_at.is_(None), ChannelSecret.ends_at > now + overlap)
    before = update(ChannelSecret).where(ChannelSecret.channel == channel, later)
    await session.execute(before.values(ends_at=now + overlap))
    identity = f"chs_{secrets.token_hex(12)}"
    row = ChannelSecret(
        id=identity,
        channel=channel,
        sealed=ring.seal(secret.encode(), _context(identity)),
        created_at=now,
        created_by=actor,
    )
    session.add(row)
    await session.flush()
    return row, secret


async def secrets_of(session: AsyncSession, ring: KeyRing, channel: str, now: datetime) -> list[str]:
    """The secrets that a channel may sign with now, the newest first. Raises SealingError."""
    found = select(ChannelSecret).where(ChannelSecret.channel == channel, _lasts(now))
    rows = await session.scalars(found.order_by(ChannelSecret.created_at.desc(), ChannelSecret.id))
    return [ring.open(row.sealed, _context(row.id)).decode() for row in rows]


async def list_secrets(session: AsyncSession, channel: str | None) -> Sequence[tuple[ChannelSecret, bool]]:
    """The secrets of a channel, or of all, and whether their channel must sign; the newest last."""
    found = select(ChannelSecret, Channel.signs).join(Channel, Channel.name == ChannelSecret.channel)
    if channel is not None:
        found = found.where(ChannelSecret.channel == channel)
    in_order = (ChannelSecret.channel, ChannelSecret.created_at, ChannelSecret.id)
    return [(row, signs) for row, signs in await session.execute(found.order_by(*in_order))]


async def locked_channel(session: AsyncSession, channel: str) -> Channel | None:
    """A channel, of which nothing else changes before this transaction ends."""
    return await session.get(Channel, channel, with_for_update={"key_share": True}, populate_existing=True)


async def have_others(session: AsyncSession, channel: str, but: str = "") -> bool:
    """Whether a channel has a secret, beside this one, that nobody has ended."""
    mine = (ChannelSecret.channel == channel, ChannelSecret.id != but, ChannelSecret.ends_at.is_(None))
    return await session.scalar(select(ChannelSecret.id).where(*mine).limit(1)) is not None


def _lasts(now: datetime) -> ColumnElement[bool]:
    return or_(ChannelSecret.ends_at.is_(None), ChannelSecret.ends_at > now)


def _context(identity: str) -> str:
    return f"channel-secret/{identity}"
