"""What is no longer kept goes, from the first on, and whoever asks for it is told where to go on from."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from domain.retention import USUAL
from starter.desk.webhooks.desk import Webhooks
from starter.desk.webhooks.errors import EventsPruned
from storage.base.database import Database
from storage.tables import PublicEvent, RevealLink, WebhookDelivery, WebhookTry
from storage.upkeep.pruning import prune
from tests.integration.feed.orders import NOW, lay_down
from tests.integration.public.book import bodies, go_back, make_public
from tests.integration.webhooks.book import paused

LATER = NOW + USUAL.events + timedelta(seconds=1)


async def made(database: Database, order: str, times: int, at: datetime = NOW) -> None:
    """So many public events, made then."""
    await paused(database, order, times)
    assert await make_public(database, at) == times


async def sequences(database: Database, order: str) -> list[int]:
    return [each["sequence"] for each in (await bodies(database)).get(order, [])]


async def deliver(database: Database, *sequences: int, state: str = "delivered") -> None:
    """Let the deliveries of these events of the only order end, each with a try."""
    async with database.transaction() as session:
        numbers = select(PublicEvent.number).where(PublicEvent.sequence.in_(sequences))
        of_them = WebhookDelivery.event_number.in_(numbers)
        await session.execute(update(WebhookDelivery).where(of_them).values(state=state, ended_at=NOW))
        for delivery in await session.scalars(select(WebhookDelivery.id).where(of_them)):
            session.add(WebhookTry(delivery_id=delivery, number=1, at=NOW, took_ms=1, status=200, answer=""))


async def test_old_events_go_with_what_was_answered_and_numbers_go_on(
    database: Database, desk: Webhooks
) -> None:
    await desk.add("shop", "https://shop.example/")
    [order] = await lay_down(database, 1)
    await made(database, order, 3)
    await deliver(database, 1, 2, 3)
    await made(database, order, 1, NOW + timedelta(days=1))
    assert await prune(database, USUAL, NOW + USUAL.events) == (0, 0)
    assert await prune(database, USUAL, LATER) == (3, 0)
    assert await prune(database, USUAL, LATER) == (0, 0)
    await made(database, order, 1, LATER)
    assert await sequences(database, order) == [4, 5]
    async with database.snapshot() as session:
        assert await session.scalar(select(func.count()).select_from(WebhookDelivery)) == 2
        assert await session.scalar(select(func.count()).select_from(WebhookTry)) == 0


async def test_numbers_go_on_where_all_before_were_pruned_and_the_book_was_restored(
    database: Database,
) -> None:
    [order] = await lay_down(database, 1)
    await made(database, order, 3)
    await made(database, order, 2, LATER)
    assert await prune(database, USUAL, LATER) == (3, 0)
    await go_back(database, 3)
    assert await make_public(database, LATER) == 2
    assert await sequences(database, order) == [4, 5]


async def test_what_is_still_sent_stays_and_so_does_what_follows(database: Database, desk: Webhooks) -> None:
    await desk.add("shop", "https://shop.example/")
    [order] = await lay_down(database, 1)
    await made(database, order, 4)
    await deliver(database, 1, 2, 4)
    assert await prune(database, USUAL, LATER) == (2, 0)
    assert await sequences(database, order) == [3, 4]
    await deliver(database, 3, state="failed")
    assert await prune(database, USUAL, LATER) == (2, 0)
    assert await sequences(database, order) == []


async def test_a_cursor_before_what_is_kept_is_told_where_to_go_on(
    database: Database, desk: Webhooks
) -> None:
    [order] = await lay_down(database, 1)
    await made(database, order, 4)
    behind = (await desk.events("shop", most=2)).cursor
    up_to_date = (await desk.events("shop")).cursor
    quiet = (await desk.events("quiet")).cursor
    assert quiet == up_to_date != behind
    await made(database, order, 1, LATER)
    assert await prune(database, USUAL, LATER) == (4, 0)
    for channel in ("shop", "quiet", None):
        with pytest.raises(EventsPruned) as pruned:
            await desk.events(channel, after=behind)
        assert pruned.value.cursor == up_to_date
    assert [each["sequence"] for each in (await desk.events("shop", after=up_to_date)).events] == [5]
    assert (await desk.events("quiet", after=quiet)).events == []
    assert [each["sequence"] for each in (await desk.events("shop")).events] == [5]


async def test_a_day_of_which_not_all_is_kept_is_refused(database: Database, desk: Webhooks) -> None:
    [order] = await lay_down(database, 1)
    await made(database, order, 2)
    await made(database, order, 1, LATER)
    assert len((await desk.events("shop", day=NOW.date())).events) == 3
    await prune(database, USUAL, LATER)
    for day in (NOW.date(), NOW.date() - timedelta(days=1)):
        with pytest.raises(EventsPruned):
            await desk.events("shop", day=day)
    assert (await desk.events("shop", day=NOW.date() + timedelta(days=1))).events == []


async def test_links_go_a_while_after_they_expired(database: Database) -> None:
    [order] = await lay_down(database, 1)
    async with database.transaction() as session:
        for name, at in (("old", NOW), ("lately", NOW + timedelta(days=1))):
            session.add(
                RevealLink(
                    id=name, digest=name, order_id=order, created_at=NOW, created_by="shop", expires_at=at
                )
            )
    assert await prune(database, USUAL, NOW + USUAL.links) == (0, 0)
    assert await prune(database, USUAL, NOW + USUAL.links + timedelta(seconds=1)) == (0, 1)
    async with database.snapshot() as session:
        assert list(await session.scalars(select(RevealLink.id))) == ["lately"]
