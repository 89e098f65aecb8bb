"""One try to send an event: what is sent, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base.sealing import KeyRing
from storage.tables import PublicEvent, WebhookDelivery, WebhookEndpoint, WebhookTry
from storage.webhooks import endpoints
from storage.webhooks.outbox import DELIVERED, DROPPED, FAILED, OPEN
from storage.webhooks.secrets import secrets


@dataclass(frozen=True)
class Letter:
    """What is sent to an endpoint. Its secrets are in no text of it."""

    endpoint_id: str
    url: str
    event_id: str
    body: dict[str, object] = field(repr=False)
    secrets: list[str] = field(repr=False)


@dataclass(frozen=True)
class Answer:
    """What a try brought."""

    status: int | None
    text: str
    took: timedelta
    asked: timedelta | None = None
    """How long the receiver wants to be left alone."""

    @property
    def is_good(self) -> bool:
        """Whether the receiver has it: any status of success, and nothing else."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants nothing any more."""
        return self.status == 410


async def letter(
    session: AsyncSession, ring: KeyRing, delivery_id: str, now: datetime
) -> Letter | timedelta | None:
    """What to send now; or how long to wait first; None where nothing is to be sent any more."""
    found = await session.execute(
        select(WebhookDelivery, WebhookEndpoint, PublicEvent)
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
        .join(PublicEvent, PublicEvent.number == WebhookDelivery.event_number)
        .where(WebhookDelivery.id == delivery_id)
        .with_for_update(of=WebhookDelivery)
    )
    row = found.one_or_none()
    if row is None or row[0].state != OPEN:
        return None
    delivery, endpoint, event = row
    if endpoint.disabled_at is not None or endpoint.removed_at is not None:
        delivery.state, delivery.ended_at = DROPPED, now
        return None
    if delivery.next_try_at > now:
        return timedelta(seconds=(delivery.next_try_at - now).total_seconds())
    signing = await secrets(session, ring, endpoint.id, now)
    return Letter(endpoint.id, endpoint.url, event.id, event.body, signing)


async def record_answer(
    session: AsyncSession,
    delivery_id: str,
    answer: Answer,
    now: datetime,
    waits: Callable[[int, timedelta | None], timedelta | None],
) -> timedelta | None:
    """Write a try down; how long to wait for the next one, None where there is none.

    `waits`: how long after so many tries, where the receiver asked for so much.
    """
    delivery = await session.get(WebhookDelivery, delivery_id, with_for_update=True)
    if delivery is None:
        return None
    before = select(func.count()).where(WebhookTry.delivery_id == delivery_id)
    number = int(await session.scalar(before) or 0) + 1
    session.add(
        WebhookTry(
            delivery_id=delivery_id,
            number=number,
            at=now,
            took_ms=int(answer.took.total_seconds() * 1000),
            status=answer.status,
            answer=answer.text,
        )
    )
    delivery.tries += 1
    if answer.is_good:
        await endpoints.answered(session, delivery.endpoint_id, now)
        delivery.state, delivery.ended_at = DELIVERED, now
        return None
    wait = None if answer.is_gone else waits(delivery.tries, answer.asked)
    if wait is None:
        delivery.state, delivery.ended_at = FAILED, now
    else:
        delivery.next_try_at = now + wait
    await endpoints.failed(session, delivery.endpoint_id, now, gone=answer.is_gone)
    return wait
