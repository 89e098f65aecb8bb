"""Which worker sends to which endpoint: one at a time each, so that what is in flight can be bounded."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import WebhookEndpoint

FOR = timedelta(seconds=30)
"""A worker that did not say for so long that it serves an endpoint serves it no more."""


async def serve(session: AsyncSession, worker: str, now: datetime) -> list[str]:
    """The endpoints that this worker serves from now on: those that it served, or nobody does."""
    mine = or_(
        WebhookEndpoint.served_by == worker,
        WebhookEndpoint.served_until.is_(None),
        WebhookEndpoint.served_until < now,
    )
    rows = select(WebhookEndpoint).where(mine, WebhookEndpoint.removed_at.is_(None))
    found = list(await session.scalars(rows.order_by(WebhookEndpoint.id).with_for_update()))
    for row in found:
        renewed = row.served_by == worker and row.served_until and row.served_until > now + FOR * 2 / 3
        if not renewed:
            row.served_by, row.served_until = worker, now + FOR
    return [row.id for row in found]


async def leave(session: AsyncSession, worker: str) -> None:
    """Leave this worker's endpoints to others."""
    rows = select(WebhookEndpoint).where(WebhookEndpoint.served_by == worker).with_for_update()
    for row in await session.scalars(rows):
        row.served_by = row.served_until = None
