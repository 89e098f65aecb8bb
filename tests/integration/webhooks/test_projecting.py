"""Making events public: once, in order, and anew where the book was restored."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update

from domain.webhooks.schedule import FAILING_FOR
from starter.desk.webhooks.desk import Webhooks
from starter.desk.webhooks.errors import BadCursor, FeedRestarted
from storage.base.database import Database
from storage.base.sealing import Vault
from storage.feed.consuming import taking
from storage.feed.epoch import renew_epoch
from storage.supply import health
from storage.supply.pool_stock import ImportedKey, PoolStock
from storage.supply.sandboxes import declare
from storage.supply.stock_notices import RAN_OUT, REPLENISHED, notice_stock
from storage.tables import Channel, Event, PoolKey
from storage.webhooks import endpoints
from storage.webhooks.projecting import CONSUMER, project
from tests.integration.feed.orders import NOW, lay_down
from tests.integration.feed.reading import settle_all
from tests.integration.public.book import make_public
from tests.integration.webhooks.book import paused, states
from tests.support.servers.deployment import fresh_keys, vault_of


@pytest.fixture
def vault() -> Vault:
    return vault_of(fresh_keys())


async def test_what_is_interrupted_is_made_once(database: Database, desk: Webhooks) -> None:
    [order] = await lay_down(database, 1)
    await paused(database, order, 3)
    await settle_all(database)
    with pytest.raises(ZeroDivisionError):
        async with taking(database, CONSUMER) as taken:
            assert taken is not None
            assert await project(taken, NOW) == 3
            raise ZeroDivisionError
    assert await make_public(database) == 3
    assert await make_public(database) == 0
    page = await desk.events("shop")
    assert [event["sequence"] for event in page.events] == [1, 2, 3]


async def test_a_restored_book_makes_anew_what_may_be_otherwise(database: Database, desk: Webhooks) -> None:
    [order] = await lay_down(database, 1)
    await paused(database, order, 3)
    await make_public(database)
    before = await desk.events("shop")
    later = NOW + timedelta(hours=1)
    async with database.transaction() as session:
        await session.execute(update(Event).where(Event.seq > 1).values(at=later))
    async with database.transaction() as session:
        epoch = await renew_epoch(session, datetime.now(UTC), copied_at=NOW)
    with pytest.raises(FeedRestarted) as restarted:
        await desk.events("shop", after=before.cursor)
    assert await make_public(database) == 2
    again = await desk.events("shop", after=restarted.value.cursor)
    assert [(event["epoch"], event["sequence"]) for event in again.events] == [(epoch, 2), (epoch, 3)]
    old, new = ({event["id"] for event in each.events} for each in (before, again))
    assert len(old | new) == 5
    assert (await desk.events("shop", after=again.cursor)).events == []


async def test_who_missed_two_restorations_goes_back_to_what_all_three_share(
    database: Database, desk: Webhooks
) -> None:
    """The second copy has more in common with the first than with what was read before."""
    [order] = await lay_down(database, 1)
    await paused(database, order, 3)
    await make_public(database)
    read = await desk.events("shop")
    async with database.transaction() as session:
        await session.execute(update(Event).where(Event.seq > 1).values(at=NOW + timedelta(hours=1)))
        await renew_epoch(session, datetime.now(UTC), copied_at=NOW)
    assert await make_public(database) == 2
    async with database.transaction() as session:
        third = await renew_epoch(session, datetime.now(UTC), copied_at=NOW + timedelta(hours=2))
    with pytest.raises(FeedRestarted) as restarted:
        await desk.events("shop", after=read.cursor)
    assert restarted.value.cursor == f"{third}.1"
    again = await desk.events("shop", after=restarted.value.cursor)
    assert [event["sequence"] for event in again.events] == [2, 3]


async def test_pages_and_cursors(database: Database, desk: Webhooks) -> None:
    first, second = await lay_down(database, 2)
    await paused(database, first, 3)
    await paused(database, second, 2)
    await make_public(database)
    page = await desk.events("shop", most=4)
    assert (len(page.events), page.has_more) == (4, True)
    rest = await desk.events("shop", after=page.cursor, most=4)
    assert (len(rest.events), rest.has_more) == (1, False)
    assert (await desk.events("another")).events == []
    assert (await desk.events("shop", types=["delivery.*"])).events == []
    assert len((await desk.events(None, types=["order.*"])).events) == 5
    assert len((await desk.events("shop", day=NOW.date())).events) == 5
    assert (await desk.events("shop", day=NOW.date() + timedelta(1))).events == []
    for cursor in ("1", "x.y", "1.2.3", "9" * 50 + ".1", "1." + "9" * 20, "1.٣"):
        with pytest.raises(BadCursor):
            await desk.events("shop", after=cursor)


async def test_how_suppliers_fare_is_public_for_us_when_it_turns(database: Database, desk: Webhooks) -> None:
    async with database.transaction() as session:
        await health.pause(session, "fulu", "ops", "dear", NOW)
        await health.pause(session, "fulu", "ops", "still dear", NOW)
    async with database.transaction() as session:
        await health.resume(session, "fulu", NOW)
    assert await make_public(database) == 2
    page = await desk.events(None)
    assert [(event["type"], event["data"]["supplier"]["connection"]) for event in page.events] == [
        ("supplier.paused", "fulu"),
        ("supplier.resumed", "fulu"),
    ]
    assert (await desk.events("shop")).events == []


async def test_stock_that_turns_is_noticed_once(database: Database, vault: Vault, desk: Webhooks) -> None:
    async def noticed() -> list[str]:
        async with database.transaction() as session:
            return await notice_stock(session)

    stock = PoolStock(database, vault)
    await stock.import_keys("pool", "gift", [ImportedKey(cost=1, number="n-1", password="p")], NOW)
    assert await noticed() == []
    async with database.transaction() as session:
        await session.execute(update(PoolKey).values(expires_at=NOW - timedelta(days=9999)))
    assert (await noticed(), await noticed()) == ([RAN_OUT], [])
    async with database.transaction() as session:
        await session.execute(update(PoolKey).values(expires_at=None))
    assert (await noticed(), await noticed()) == ([REPLENISHED], [])
    await make_public(database)
    supplier = {"connection": "pool", "product": "gift", "reason": None}
    assert [event["data"]["supplier"] for event in (await desk.events(None)).events] == [supplier, supplier]


async def test_days_of_failure_disable_and_one_success_forgets_them(
    database: Database, desk: Webhooks
) -> None:
    identity = (await desk.add("shop", "https://shop.example/")).endpoint.id

    async def fail(at: datetime) -> str | None:
        async with database.transaction() as session:
            await endpoints.failed(session, identity, at, gone=False)
        return (await desk.one("shop", identity)).disabled_for

    almost = NOW + FAILING_FOR - timedelta(seconds=1)
    assert (await fail(NOW), await fail(almost)) == (None, None)
    async with database.transaction() as session:
        await endpoints.answered(session, identity, almost)
    assert (await fail(NOW + FAILING_FOR), await fail(NOW + 2 * FAILING_FOR)) == (None, "failing")
    await make_public(database)
    [event] = (await desk.events(None)).events
    assert (event["type"], event["data"]["endpoint"]) == (
        "webhook.disabled",
        {"id": identity, "reason": "failing"},
    )
    assert (event["channel"], event["livemode"]) == ("shop", True)
    assert (await desk.events("shop")).events == [event]
    assert (await desk.events("another")).events == []


async def test_that_an_endpoint_of_a_test_channel_is_disabled_is_told_as_a_test(
    database: Database, desk: Webhooks
) -> None:
    async with database.transaction() as session:
        session.add(Channel(name="sandbox", livemode=False, created_at=NOW))
    other = (await desk.add("sandbox", "https://shop.example/other")).endpoint.id
    for channel in ("sandbox", None):
        await desk.disable(channel, (await desk.add(channel, "https://shop.example/")).endpoint.id)
    await make_public(database)
    told = [(event["channel"], event["livemode"]) for event in (await desk.events(None)).events]
    assert told == [("sandbox", False), (None, True)]
    assert await states(database, other) == ["open"]


async def test_what_is_noticed_of_a_sandbox_is_told_as_a_test(database: Database, desk: Webhooks) -> None:
    async with database.transaction() as session:
        await declare(session, {"fulu": None, "fulu-test": "fulu"}, NOW)
        for connection in ("fulu", "fulu-test"):
            await health.pause(session, connection, "ops", "dear", NOW)
    await make_public(database)
    told = [
        (event["data"]["supplier"]["connection"], event["livemode"])
        for event in (await desk.events(None)).events
    ]
    assert told == [("fulu", True), ("fulu-test", False)]


async def test_secrets_are_sealed_in_the_book(database: Database, desk: Webhooks) -> None:
    added = await desk.add("shop", "https://shop.example/")
    async with database.snapshot() as session:
        sealed = bytes(await session.scalar(text("SELECT sealed FROM webhook_secrets")))
    assert added.secret.encode() not in sealed
    assert added.secret not in repr(added)
