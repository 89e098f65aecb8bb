"""Making public events of what the feed has, and one delivery for each endpoint that wants it.

All of it in the transaction that moves the cursor: it is done once, and what is made again after the epoch
began anew replaces what was made before.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.webhooks.bodies import EventData, Notification, PublicBundle, PublicEndpoint, PublicSupplier
from domain.webhooks.catalogue import AVAILABILITY, PUBLIC
from domain.webhooks.projection import SHIPPABLE, drafts, event_id
from storage.feed.consuming import Taken
from storage.feed.reading import FeedEvent
from storage.tables import Notice, PublicEvent, WebhookDelivery, WebhookEndpoint
from storage.webhooks.endpoints import wanting
from storage.webhooks.frames import events_of, frames
from storage.webhooks.livemode import notified_channels, sandboxes_among, test_channels
from storage.webhooks.outbox import queued

CONSUMER = "webhooks"


class NotProjected(Exception):
    """No public events can be made of an order, and so of nothing after it: mend what the cause says."""

    def __init__(self, order_id: str) -> None:
        super().__init__(f"events of order {order_id} cannot be made public, and none after them are")


async def project(taken: Taken, now: datetime) -> int:
    """Make public what was taken; how many public events there are of it."""
    session = taken.session
    if taken.restarts_after is not None:
        await _forget(session, taken.restarts_after)
    made = await _of_orders(session, taken.epoch, taken.events)
    made += await _of_notices(session, taken.epoch, taken.notices)
    made.sort(key=lambda row: row.position)
    session.add_all(made)
    await session.flush()
    for endpoint, row in await wanting(session, made):
        session.add(queued(endpoint.id, row.number, now))
    return len(made)


async def _forget(session: AsyncSession, after: int) -> None:
    """Drop what was made of events that may be others now."""
    gone = select(PublicEvent.number).where(PublicEvent.position > after)
    await session.execute(delete(WebhookDelivery).where(WebhookDelivery.event_number.in_(gone)))
    await session.execute(delete(PublicEvent).where(PublicEvent.position > after))


async def _of_orders(session: AsyncSession, epoch: int, events: Sequence[FeedEvent]) -> list[PublicEvent]:
    orders = {event.order_id for event in events}
    if not orders:
        return []
    framed, history = await frames(session, orders), await events_of(session, orders)
    shippable = set(
        await session.scalars(
            select(PublicEvent.order_id).where(
                PublicEvent.order_id.in_(orders), PublicEvent.type == SHIPPABLE
            )
        )
    )
    count = select(PublicEvent.order_id, func.max(PublicEvent.sequence)).where(
        PublicEvent.order_id.in_(orders)
    )
    last = await session.execute(count.group_by(PublicEvent.order_id))
    numbers = {order: number or 0 for order, number in last}
    tests = await test_channels(session, {frame.channel for frame in framed.values()})
    made = []
    for order_id, frame in framed.items():
        mine = [event for event in events if event.order_id == order_id]
        places = {event.seq: event.position for event in mine}
        wanted = range(mine[0].seq, mine[-1].seq + 1)
        try:
            found = list(drafts(frame, history[order_id], wanted, was_shippable=order_id in shippable))
        except Exception as error:
            raise NotProjected(order_id) from error
        for number, draft in enumerate(found, start=numbers.get(order_id, 0) + 1):
            body = Notification(
                id=event_id(epoch, order_id, draft.seq, draft.type),
                type=draft.type,
                timestamp=draft.at,
                livemode=frame.channel not in tests,
                channel=frame.channel,
                epoch=epoch,
                sequence=number,
                data=draft.data,
            )
            made.append(_row(body, places[draft.seq], order_id))
    return made


async def _of_notices(session: AsyncSession, epoch: int, notices: Sequence[Notice]) -> list[PublicEvent]:
    told = [each for each in notices if each.type in PUBLIC]
    of_endpoints = [each.about for each in told if each.type.startswith("webhook.")]
    owners = select(WebhookEndpoint.id, WebhookEndpoint.channel).where(WebhookEndpoint.id.in_(of_endpoints))
    channels = {endpoint: channel for endpoint, channel in await session.execute(owners)}
    of_bundles = [each for each in told if each.type == AVAILABILITY]
    notified = await notified_channels(session) if of_bundles else set()
    tests = await test_channels(session, {each for each in channels.values() if each is not None})
    tests |= await sandboxes_among(session, {each.about for each in told})
    made = [
        _of_notice(epoch, each, channels.get(each.about), tests) for each in told if each not in of_bundles
    ]
    made += [_of_notice(epoch, each, seller, tests) for each in of_bundles for seller in sorted(notified)]
    return made


def _of_notice(epoch: int, notice: Notice, channel: str | None, tests: Collection[str]) -> PublicEvent:
    """`tests`: the test channels, and the sandbox connections, which notices without a channel are about."""
    if notice.type.startswith("webhook."):
        data = EventData(endpoint=PublicEndpoint(id=notice.about, reason=notice.reason))
    elif notice.type == AVAILABILITY:
        limit, component = notice.reason, notice.product
        bundle = PublicBundle(id=notice.about, sellable=limit is None, limited_by=limit, component=component)
        data = EventData(bundle=bundle)
    else:
        data = EventData(
            supplier=PublicSupplier(connection=notice.about, product=notice.product, reason=notice.reason)
        )
    body = Notification(
        id=event_id(
            epoch, notice.feed_position, notice.type, *([channel] if data.bundle and channel else [])
        ),
        type=notice.type,
        timestamp=notice.at,
        livemode=(channel or notice.about) not in tests,
        channel=channel,
        epoch=epoch,
        sequence=None,
        data=data,
    )
    return _row(body, notice.feed_position, None)


def _row(body: Notification, position: int, order_id: str | None) -> PublicEvent:
    return PublicEvent(
        id=body.id,
        position=position,
        order_id=order_id,
        sequence=body.sequence,
        channel=body.channel,
        livemode=body.livemode,
        type=body.type,
        at=body.timestamp,
        body=body.model_dump(mode="json", exclude_none=False),
    )
