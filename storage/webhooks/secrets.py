"""Secrets that sign what an endpoint gets. They are sealed; whoever makes one sees it once."""

import base64
import os
import uuid
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base.sealing import KeyRing
from storage.tables import WebhookSecret

BYTES = 32
PREFIX = "whsec_"
OVERLAP = timedelta(hours=24)
"""How long the secret before goes on signing beside a new one."""


async def new_secret(
    session: AsyncSession, ring: KeyRing, endpoint_id: str, now: datetime, overlap: timedelta = OVERLAP
) -> str:
    """Make a secret; the ones before sign along with it until the overlap ends."""
    secret = PREFIX + base64.b64encode(os.urandom(BYTES)).decode()
    before = update(WebhookSecret).where(
        WebhookSecret.endpoint_id == endpoint_id,
        or_(WebhookSecret.ends_at.is_(None), WebhookSecret.ends_at > now + overlap),
    )
    await session.execute(before.values(ends_at=now + overlap))
    identity = f"whs_{uuid.uuid4().hex[:24]}"
    sealed = ring.seal(secret.encode(), _context(identity))
    session.add(WebhookSecret(id=identity, endpoint_id=endpoint_id, sealed=sealed, created_at=now))
    await session.flush()
    return secret


async def secrets(session: AsyncSession, ring: KeyRing, endpoint_id: str, now: datetime) -> list[str]:
    """The secrets that sign now, the newest first. Raises SealingError."""
    rows = select(WebhookSecret).where(
        WebhookSecret.endpoint_id == endpoint_id,
        or_(WebhookSecret.ends_at.is_(None), WebhookSecret.ends_at > now),
    )
    found = await session.scalars(rows.order_by(WebhookSecret.created_at.desc(), WebhookSecret.id))
    return [ring.open(row.sealed, _context(row.id)).decode() for row in found]


def _context(identity: str) -> str:
    return f"webhook-secret/{identity}"
