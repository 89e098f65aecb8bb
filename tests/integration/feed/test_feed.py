"""The feed passes over nothing and hands nothing on twice, however long a transaction takes to end."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from storage.base.database import Database
from storage.feed.consuming import taking
from storage.feed.reading import feed_row
from storage.feed.settling import settle
from tests.integration.feed.orders import lay_down, write
from tests.integration.feed.reading import read_all, read_settled, settle_all, settle_until

WRITERS, EACH = 50, 20


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A book of this test's own, with room for every writer."""
    book = Database(database_url, pool_size=30)
    yield book
    await book.close()


async def test_what_ends_late_is_not_passed_over(database: Database) -> None:
    [late, early] = await lay_down(database, 2)
    async with database.transaction() as slow:
        await write(slow, late)
        async with database.transaction() as quick:
            await write(quick, early)
        await settle(database)
        assert await read_settled(database, "reader") == []
    assert await read_all(database, "reader") == [(late, 1), (early, 1)]
    assert await read_all(database, "reader") == []


async def test_what_is_open_in_another_database_of_the_server_delays_it_too(
    database: Database, postgres_url: str
) -> None:
    [only] = await lay_down(database, 1)
    elsewhere = Database(postgres_url)
    async with elsewhere.transaction() as unrelated:
        await unrelated.execute(text("SELECT pg_current_xact_id()"))
        async with database.transaction() as session:
            await write(session, only)
        await settle(database)
        assert await read_settled(database, "reader") == []
    assert await read_all(database, "reader") == [(only, 1)]
    await elsewhere.close()


async def test_what_began_late_and_ends_late_delays_only_what_comes_after_it(database: Database) -> None:
    [one, two, late] = await lay_down(database, 3)
    async with database.transaction() as session:
        await write(session, one)
    async with database.transaction() as unrelated:
        await write(unrelated, late)
        await settle(database)
        assert await read_settled(database, "reader") == []
        async with database.transaction() as session:
            await write(session, two)
        async with database.transaction() as another:
            await write(another, one)
            await unrelated.commit()
            await settle_until(database, 2)
            assert await read_settled(database, "reader") == [(one, 1), (late, 1)]
    assert await read_all(database, "reader") == [(two, 1), (one, 2)]


async def test_an_order_keeps_its_order_where_the_later_transaction_has_the_smaller_id(
    database: Database,
) -> None:
    [first, second] = await lay_down(database, 2)
    async with database.transaction() as older:
        await write(older, first)
        async with database.transaction() as younger:
            await write(younger, second)
        await write(older, second)
    assert await read_all(database, "reader") == [(first, 1), (second, 1), (second, 2)]


async def test_what_was_rolled_back_holds_up_nobody(database: Database) -> None:
    [only] = await lay_down(database, 1)
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as session:
            await write(session, only)
            raise ZeroDivisionError
    assert await read_all(database, "reader") == []
    async with database.transaction() as session:
        await write(session, only)
    assert await read_all(database, "reader") == [(only, 1)]


async def test_fifty_writers_and_one_transaction_held_open(database: Database) -> None:
    """Each consumer gets every event once, and of each order one number after the other."""
    orders = await lay_down(database, WRITERS + 1)
    got: dict[str, list[tuple[str, int]]] = {"one": [], "two": []}
    writing = asyncio.Event()

    async def write_some(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(EACH):
            mine = sorted(chance.sample(orders[:WRITERS], 2))
            async with database.transaction() as session:
                for each in mine:
                    await write(session, each)
                    await asyncio.sleep(chance.random() / 200)

    async def read_on(consumer: str) -> None:
        while not writing.is_set():
            await settle(database)
            got[consumer] += await read_settled(database, consumer)

    readers = [asyncio.create_task(read_on(name)) for name in got]
    async with database.transaction() as held_open:
        await write(held_open, orders[-1])
        before = (await settle(database)).position
        half = [asyncio.create_task(write_some(seed)) for seed in range(WRITERS // 2)]
        await asyncio.gather(*half)
        assert (await settle(database)).position == before
    await asyncio.gather(*(write_some(seed) for seed in range(WRITERS // 2, WRITERS)))
    writing.set()
    await asyncio.gather(*readers)
    for consumer, events in got.items():
        while more := await read_all(database, consumer):
            events += more
        assert len(events) == len(set(events)) == WRITERS * EACH * 2 + 1
        for order_id in orders:
            numbers = [seq for each, seq in events if each == order_id]
            assert numbers == list(range(1, len(numbers) + 1))
    assert got["one"] == got["two"]


async def test_a_cursor_has_one_reader_at_a_time(database: Database) -> None:
    [only] = await lay_down(database, 1)
    async with database.transaction() as session:
        await write(session, only)
    await settle_all(database)
    async with taking(database, "reader"):
        pass
    async with database.transaction() as session:
        await write(session, only)
    await settle_all(database)
    async with taking(database, "reader") as first, taking(database, "reader") as second:
        assert first is not None and [event.seq for event in first.events] == [2]
        assert second is None


async def test_what_fails_takes_nothing(database: Database) -> None:
    [only] = await lay_down(database, 1)
    async with database.transaction() as session:
        await write(session, only)
    await settle_all(database)
    with pytest.raises(ZeroDivisionError):
        async with taking(database, "reader"):
            raise ZeroDivisionError
    assert await read_all(database, "reader") == [(only, 1)]


async def test_looking_where_nothing_is_new_writes_nothing(database: Database) -> None:
    [only] = await lay_down(database, 1)
    async with database.transaction() as session:
        await write(session, only)
    assert await read_all(database, "reader") == [(only, 1)]
    async with database.snapshot() as session:
        row = await feed_row(session)
        before = (row.settled, row.epoch)
    settled = await settle(database)
    assert (settled.position, settled.epoch) == before
