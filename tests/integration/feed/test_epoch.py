"""A restored book begins another epoch of its feed, and consumers make anew what may be otherwise now."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from storage.base.database import Database
from storage.feed.consuming import taking
from storage.feed.epoch import renew_epoch
from storage.feed.reading import feed_row
from storage.feed.settling import settle
from tests.integration.feed.orders import NOW, lay_down, write
from tests.integration.feed.reading import read_all, settle_all


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A book of this test's own."""
    book = Database(database_url)
    yield book
    await book.close()


async def written(database: Database, order_id: str, times: int) -> None:
    for _ in range(times):
        async with database.transaction() as session:
            await write(session, order_id)


async def test_a_consumer_goes_back_to_what_both_epochs_share(database: Database) -> None:
    [only] = await lay_down(database, 1)
    await written(database, only, 2)
    assert await read_all(database, "reader") == [(only, 1), (only, 2)]
    async with database.transaction() as session:
        before = (await feed_row(session)).epoch
        await session.execute(
            text("UPDATE events SET at = :later WHERE seq = 2"), {"later": NOW + timedelta(1)}
        )
    async with database.transaction() as session:
        epoch = await renew_epoch(session, NOW, copied_at=NOW)
    assert epoch > before
    await settle_all(database)
    async with taking(database, "reader") as taken:
        assert taken is not None
        assert (taken.epoch, taken.restarts_after) == (epoch, 1)
        assert [event.seq for event in taken.events] == [2]
    async with taking(database, "reader") as taken:
        assert taken is not None and (taken.events, taken.restarts_after) == ([], None)


async def test_an_epoch_is_always_later_than_the_one_before(database: Database) -> None:
    async with database.transaction() as session:
        first = await renew_epoch(session, NOW + timedelta(days=9999), copied_at=NOW)
        assert await renew_epoch(session, NOW, copied_at=NOW) == first + 1


async def test_a_book_whose_database_is_another_one_is_found_out(database: Database) -> None:
    """As after a dump was loaded elsewhere: ids of transactions and positions begin again."""
    [only] = await lay_down(database, 1)
    await written(database, only, 1)
    async with database.transaction() as session:
        await session.execute(text("UPDATE feed SET fence = 1, fence_xid = 1000000000000"))
    assert (await settle(database)).restored
    async with database.transaction() as session:
        await renew_epoch(session, NOW, copied_at=NOW)
    assert not (await settle(database)).restored
    assert await read_all(database, "reader") == [(only, 1)]
