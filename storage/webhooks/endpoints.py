"""Endpoints: added, changed, disabled, and which of them want an event."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import Select, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.webhooks.catalogue import is_wanted
from domain.webhooks.schedule import FAILING_FOR
from storage.public.making import Made
from storage.tables import Notice, WebhookDelivery, WebhookEndpoint
from storage.webhooks.outbox import DROPPED, FAILED, OPEN

GONE, FAILING, BY_PERSON = "gone", "failing", "by_person"
STAYS = {"read": True, "key_share": True}
"""The lock of whoever adds to what an endpoint is to get: it cannot be removed meanwhile."""


class Endpoint(BaseModel):
    """An endpoint, as its owner sees it."""

    id: str
    channel: str | None
    url: str
    events: Sequence[str]
    created_at: datetime
    disabled_at: datetime | None = None
    disabled_for: str | None = None
    failing_since: datetime | None = None
    answered_at: datetime | None = None
    open: int = 0
    """Events that it is still to get."""
    failed: int = 0
    """Events that it was sent in vain."""


async def urls_to_add_to(session: AsyncSession, channel: str | None) -> dict[str, str]:
    """The addresses of a channel, or of operations, with their endpoints; nobody else adds one meanwhile."""
    turn = func.pg_advisory_xact_lock(func.hashtextextended(f"webhook-endpoints/{channel or ''}", 0))
    await session.execute(select(turn))
    its = WebhookEndpoint.channel.is_not_distinct_from(channel)
    found = select(WebhookEndpoint.url, WebhookEndpoint.id).where(its, WebhookEndpoint.removed_at.is_(None))
    return {url: identity for url, identity in await session.execute(found)}


async def add_endpoint(
    session: AsyncSession, channel: str | None, url: str, events: Sequence[str], now: datetime
) -> str:
    """A new endpoint, which has no secret yet; its id."""
    row = WebhookEndpoint(
        id=f"whe_{uuid.uuid4().hex[:24]}", channel=channel, url=url, events=list(events), created_at=now
    )
    session.add(row)
    await session.flush()
    return row.id


async def get_endpoint(session: AsyncSession, endpoint_id: str, *, locked: bool = False) -> WebhookEndpoint:
    """An endpoint that was not removed, and is not before this transaction ends. Raises LookupError.

    `locked`: nothing else of it changes either.
    """
    lock = True if locked else STAYS
    found = await session.get(WebhookEndpoint, endpoint_id, with_for_update=lock, populate_existing=True)
    if found is None or found.removed_at is not None:
        raise LookupError(f"there is no webhook endpoint {endpoint_id}")
    return found


async def endpoints(session: AsyncSession, channel: str | None = None) -> list[Endpoint]:
    """All endpoints, or those of a channel, the oldest first."""
    wanted = _of(channel).order_by(WebhookEndpoint.created_at, WebhookEndpoint.id)
    return await _shown(session, list(await session.scalars(wanted)))


async def one_endpoint(session: AsyncSession, channel: str | None, endpoint_id: str) -> Endpoint | None:
    """One of them, where it is there."""
    found = list(await session.scalars(_of(channel).where(WebhookEndpoint.id == endpoint_id)))
    return next(iter(await _shown(session, found)), None)


def _of(channel: str | None) -> Select[WebhookEndpoint]:
    wanted = select(WebhookEndpoint).where(WebhookEndpoint.removed_at.is_(None))
    return wanted if channel is None else wanted.where(WebhookEndpoint.channel == channel)


async def _shown(session: AsyncSession, rows: Sequence[WebhookEndpoint]) -> list[Endpoint]:
    """These, each with how much of its own is open or failed; what it has is not looked at."""
    counted = await session.execute(
        select(WebhookDelivery.endpoint_id, WebhookDelivery.state, func.count())
        .where(
            WebhookDelivery.endpoint_id.in_([row.id for row in rows]),
            text("state <> 'delivered'"),
        )
        .group_by(WebhookDelivery.endpoint_id, WebhookDelivery.state)
    )
    counts = {(endpoint, state): many for endpoint, state, many in counted}
    return [
        Endpoint(
            id=row.id,
            channel=row.channel,
            url=row.url,
            events=row.events,
            created_at=row.created_at,
            disabled_at=row.disabled_at,
            disabled_for=row.disabled_for,
            failing_since=row.failing_since,
            answered_at=row.answered_at,
            open=counts.get((row.id, OPEN), 0),
            failed=counts.get((row.id, FAILED), 0) + counts.get((row.id, DROPPED), 0),
        )
        for row in rows
    ]


async def wanting(session: AsyncSession, made: Collection[Made]) -> list[tuple[str, int]]:
    """The id of each endpoint that gets one of these events, with the event's number."""
    if not made:
        return []
    enabled = (WebhookEndpoint.removed_at.is_(None), WebhookEndpoint.disabled_at.is_(None))
    wanted = select(WebhookEndpoint).where(*enabled).order_by(WebhookEndpoint.id)
    rows = list(await session.scalars(wanted.with_for_update(read=True, key_share=True)))
    return [(row.id, event.number) for event in made for row in rows if gets(row, event)]


def gets(endpoint: WebhookEndpoint, event: Made) -> bool:
    """Whether an endpoint is notified of an event: a channel of its own orders only."""
    is_its_own = endpoint.channel is None or endpoint.channel == event.channel
    return is_its_own and is_wanted(event.type, endpoint.events)


def disable(session: AsyncSession, endpoint: WebhookEndpoint, why: str, now: datetime) -> None:
    """Send nothing more to an endpoint, and say so where it can be read without it."""
    if endpoint.disabled_at is None:
        endpoint.disabled_at, endpoint.disabled_for = now, why
        session.add(Notice(type="webhook.disabled", about=endpoint.id, reason=why, at=now))


async def enable(session: AsyncSession, endpoint_id: str) -> None:
    """Send to an endpoint again. Raises LookupError."""
    row = await get_endpoint(session, endpoint_id, locked=True)
    row.disabled_at = row.disabled_for = row.failing_since = None


async def remove(session: AsyncSession, endpoint_id: str, now: datetime) -> None:
    """Forget an endpoint, and drop what it was still to get; its log stays. Raises LookupError.

    Deliveries are locked before their endpoint, as where an answer is written down.
    """
    still = (WebhookDelivery.endpoint_id == endpoint_id, WebhookDelivery.state == OPEN)
    await session.execute(
        select(WebhookDelivery.id).where(*still).order_by(WebhookDelivery.id).with_for_update()
    )
    row = await get_endpoint(session, endpoint_id, locked=True)
    row.removed_at = now
    await session.execute(update(WebhookDelivery).where(*still).values(state=DROPPED, ended_at=now))


async def answered(session: AsyncSession, endpoint_id: str, now: datetime) -> None:
    """It took an event."""
    row = update(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id)
    await session.execute(row.values(answered_at=now, failing_since=None))


async def failed(session: AsyncSession, endpoint_id: str, now: datetime, *, gone: bool) -> None:
    """It did not take an event; after days of that, or where it says that it is gone, it is disabled."""
    row = await session.get_one(WebhookEndpoint, endpoint_id, with_for_update=True, populate_existing=True)
    row.failing_since = row.failing_since or now
    if gone:
        disable(session, row, GONE, now)
    elif now - row.failing_since >= FAILING_FOR:
        disable(session, row, FAILING, now)
