"""Reveal links: made, and found by what their address says. The token itself is kept nowhere."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.verbs.human_act import By
from storage.base import journal
from storage.tables import Order, RevealLink

TOKEN_BYTES = 32
AT_A_TIME = 500


@dataclass(frozen=True)
class NewLink:
    """A link and the secret part of its address, which is told this once."""

    id: str
    token: str = field(repr=False)
    expires_at: datetime


async def add_link(
    session: AsyncSession, order: Order, delivery_id: str | None, by: By, now: datetime, expires_at: datetime
) -> NewLink:
    """A link to a locked order that reveals this delivery of it; None for all of them."""
    link = NewLink(f"rvl_{secrets.token_hex(12)}", secrets.token_urlsafe(TOKEN_BYTES), expires_at)
    session.add(
        RevealLink(
            id=link.id,
            digest=digest_of(link.token),
            order_id=order.id,
            delivery_id=delivery_id,
            created_at=now,
            created_by=by.actor,
            expires_at=expires_at,
        )
    )
    journal.record(
        session, order, "link.made", now, by=by, link=link.id, about=delivery_id, expires_at=expires_at
    )
    return link


async def link_of(session: AsyncSession, token: str, now: datetime) -> RevealLink | None:
    """The link with this token; None for one that never was, has expired, or was ended."""
    stands = (RevealLink.expires_at > now, RevealLink.ended_at.is_(None))
    return await session.scalar(select(RevealLink).where(RevealLink.digest == digest_of(token), *stands))


async def end_link(session: AsyncSession, channel: str, link_id: str, by: By, now: datetime) -> bool:
    """Let a link of a channel open nothing from now on; False where there is no such link."""
    link = await session.get(RevealLink, link_id)
    order = await journal.lock_order(session, link.order_id) if link is not None else None
    if link is None or order is None or order.channel != channel:
        return False
    if link.ended_at is None:
        link.ended_at = now
        journal.record(session, order, "link.ended", now, by=by, link=link.id)
    return True


async def prune_links(session: AsyncSession, expired_before: datetime) -> int:
    """Remove some links that expired before then; how many. What was done by them stands in the timeline."""
    old = select(RevealLink.id).where(RevealLink.expires_at < expired_before)
    some = old.order_by(RevealLink.expires_at).limit(AT_A_TIME).with_for_update(skip_locked=True)
    gone = delete(RevealLink).where(RevealLink.id.in_(some)).returning(RevealLink.id)
    return len((await session.scalars(gone)).all())


def digest_of(token: str) -> str:
    """What is kept of a token: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
