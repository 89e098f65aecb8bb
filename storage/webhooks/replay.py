"""Sending again: one delivery, or all that an endpoint has not had since an instant; and a test event."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.webhooks.bodies import EventData, Notification, PublicEndpoint
from domain.webhooks.projection import event_id
from storage.feed.reading import feed_row
from storage.public.livemode import test_channels
from storage.public.pages import TEST, chosen
from storage.tables import PublicEvent, WebhookDelivery
from storage.webhooks.endpoints import get_endpoint
from storage.webhooks.outbox import DROPPED, FAILED, fresh, queued, send_anew

AT_A_TIME = 500
ENDED_IN_VAIN = (FAILED, DROPPED)


@dataclass(frozen=True)
class Missed:
    """How many events are sent now, and the number of the last one that was looked at."""

    events: int
    last: int


async def send_again(session: AsyncSession, endpoint_id: str, delivery_id: str, now: datetime) -> None:
    """Send one delivery once more, whatever became of it. Raises LookupError."""
    row = await session.get(WebhookDelivery, delivery_id, with_for_update=True, populate_existing=True)
    await get_endpoint(session, endpoint_id)
    if row is None or row.endpoint_id != endpoint_id:
        raise LookupError(f"endpoint {endpoint_id} has no delivery {delivery_id}")
    send_anew(row, now)


async def send_missed(
    session: AsyncSession, endpoint_id: str, since: datetime, now: datetime, after: int = 0
) -> Missed | None:
    """Send the next events that happened since then and that the endpoint has not had. Raises LookupError.

    Also what it was not sent at all, while it was disabled. What is being tried goes on as it does. `after`:
    the number of the last event that was looked at; None is returned where there is none after it.
    """
    endpoint = await get_endpoint(session, endpoint_id)
    of_it = (WebhookDelivery.event_number == PublicEvent.number) & (
        WebhookDelivery.endpoint_id == endpoint_id
    )
    found = await session.execute(
        select(PublicEvent.number, WebhookDelivery.id)
        .outerjoin(WebhookDelivery, of_it)
        .where(
            PublicEvent.number > after,
            PublicEvent.at >= since,
            *chosen(endpoint.channel, endpoint.events),
            or_(WebhookDelivery.id.is_(None), WebhookDelivery.state.in_(ENDED_IN_VAIN)),
        )
        .order_by(PublicEvent.number)
        .limit(AT_A_TIME)
        .with_for_update(of=PublicEvent, read=True, key_share=True)
    )
    rows = found.all()
    if not rows:
        return None
    never = [number for number, delivery in rows if delivery is None]
    in_vain = [delivery for _, delivery in rows if delivery is not None]
    events = await _first_time(session, endpoint_id, never, now) + await _anew(session, in_vain, now)
    return Missed(events, rows[-1].number)


async def _first_time(session: AsyncSession, endpoint_id: str, numbers: list[int], now: datetime) -> int:
    """Deliveries of these events, but where somebody else made one meanwhile; how many."""
    if not numbers:
        return 0
    rows = [fresh(endpoint_id, number, now) for number in numbers]
    made = insert(WebhookDelivery).values(rows).on_conflict_do_nothing().returning(WebhookDelivery.id)
    return len((await session.scalars(made)).all())


async def _anew(session: AsyncSession, deliveries: list[str], now: datetime) -> int:
    """Another round for each of these, but where somebody else began one meanwhile; how many."""
    wanted = select(WebhookDelivery).where(
        WebhookDelivery.id.in_(deliveries), WebhookDelivery.state.in_(ENDED_IN_VAIN)
    )
    rows = (await session.scalars(wanted.order_by(WebhookDelivery.id).with_for_update())).all()
    for row in rows:
        send_anew(row, now)
    return len(rows)


async def send_test(session: AsyncSession, endpoint_id: str, now: datetime) -> str:
    """Send an endpoint an event that nothing has happened for; the delivery's id. Raises LookupError."""
    endpoint = await get_endpoint(session, endpoint_id)
    feed = await feed_row(session)
    tests = await test_channels(session, {endpoint.channel} if endpoint.channel else set())
    body = Notification(
        id=event_id(feed.epoch, TEST, uuid.uuid4().hex),
        type=TEST,
        timestamp=now,
        livemode=endpoint.channel not in tests,
        channel=endpoint.channel,
        epoch=feed.epoch,
        sequence=None,
        data=EventData(endpoint=PublicEndpoint(id=endpoint_id)),
    )
    event = PublicEvent(
        id=body.id,
        position=feed.settled,
        channel=body.channel,
        livemode=body.livemode,
        type=body.type,
        at=now,
        made_at=now,
        body=body.model_dump(mode="json"),
    )
    session.add(event)
    await session.flush()
    delivery = queued(endpoint_id, event.number, now)
    session.add(delivery)
    return delivery.id
