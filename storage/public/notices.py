"""Public events of what happened outside orders: to a supplier, our own stock, a bundle, an endpoint."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.webhooks.bodies import EventData, Notification, PublicBundle, PublicEndpoint, PublicSupplier
from domain.webhooks.catalogue import AVAILABILITY, PUBLIC
from domain.webhooks.projection import event_id
from storage.public.livemode import notified_channels, sandboxes_among, test_channels
from storage.tables import Notice, WebhookEndpoint


async def of_notices(
    session: AsyncSession, epoch: int, notices: Sequence[Notice]
) -> list[tuple[Notification, int]]:
    """The public events of each notice, with its position: of a bundle, one for each channel."""
    told = [each for each in notices if each.type in PUBLIC]
    of_endpoints = [each.about for each in told if each.type.startswith("webhook.")]
    channels = dict[str, str | None]()
    tests = await sandboxes_among(session, {each.about for each in told}) if told else set()
    if of_endpoints:
        owners = select(WebhookEndpoint.id, WebhookEndpoint.channel)
        found = await session.execute(owners.where(WebhookEndpoint.id.in_(of_endpoints)))
        channels = {endpoint: channel for endpoint, channel in found}
        tests |= await test_channels(session, {each for each in channels.values() if each is not None})
    of_bundles = [each for each in told if each.type == AVAILABILITY]
    sellers = sorted(await notified_channels(session)) if of_bundles else []
    about = [(each, channels.get(each.about)) for each in told if each.type != AVAILABILITY]
    about += [(each, seller) for each in of_bundles for seller in sellers]
    return [(_of_notice(epoch, each, channel, tests), each.feed_position) for each, channel in about]


def _of_notice(epoch: int, notice: Notice, channel: str | None, tests: Collection[str]) -> Notification:
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
    return Notification(
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
