"""What whoever asks is told while PostgreSQL is away, or all connections to it are in use."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from storage.base import stale
from storage.base.database import Database
from storage.base.journal import lock_order
from storage.base.unavailable import DatabaseUnavailable
from storage.views.order_lines import connected
from tests.support.documents import benefit, offer
from tests.support.world import World

LATER = [{"id": "video", "benefit": "referred-key", "release": {"after": "P30D"}}]


async def test_when_every_connection_is_in_use_the_next_one_is_told_to_ask_again(database_url: str) -> None:
    database = Database(database_url, pool_size=2, wait=0.1)
    async with AsyncExitStack() as busy:
        for _ in range(2):
            session = await busy.enter_async_context(database.transaction())
            await session.execute(text("SELECT 1"))
        with pytest.raises(DatabaseUnavailable, match="is in use: ask again in a moment"):
            async with database.transaction() as session:
                await session.execute(text("SELECT 1"))
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT 1")) == 1
    await database.close()


async def test_a_server_that_goes_away_while_orders_are_listed_is_told_as_one_that_is_away(
    database_url: str,
) -> None:
    with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
        async with connected(database_url) as book:
            await book.execute("SELECT pg_terminate_backend(pg_backend_pid())")


async def session_of(database: Database) -> int:
    async with database.transaction() as session:
        return int(await session.scalar(text("SELECT pg_backend_pid()")))


async def ended(database_url: str, pid: int) -> None:
    """Let the server end a session, and wait until it is gone."""
    async with connected(database_url) as book:
        await book.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))


async def test_a_connection_that_the_server_has_ended_is_replaced_before_it_is_used(
    database_url: str,
) -> None:
    database = Database(database_url)
    first = await session_of(database)
    assert await session_of(database) == first
    await ended(database_url, first)
    assert await session_of(database) != first
    await database.close()


async def test_a_connection_that_was_idle_for_long_is_asked_before_it_is_used(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stale, "LONG_IDLE", 0.0)
    monkeypatch.setattr(stale, "_has_ended", lambda connection: False)
    database = Database(database_url)
    first = await session_of(database)
    assert await session_of(database) == first
    await ended(database_url, first)
    assert await session_of(database) != first
    await database.close()


async def test_what_refers_to_an_order_is_written_while_somebody_works_on_the_order(world: World) -> None:
    """The reader of events writes many of them at once: neither side waits for the other."""
    bundle = await world.publish(LATER, [benefit("referred-key", "key", offer("kayixin", "1001"))])
    receipt = await world.place(world.order(bundle))
    about = {"id": receipt.order_id}
    async with world.database.transaction() as working, world.database.transaction() as reading:
        await lock_order(working, receipt.order_id)
        await reading.execute(text("SET LOCAL lock_timeout = '2s'"))
        refers = text("SELECT 1 FROM orders WHERE id = :id FOR KEY SHARE")
        assert await reading.scalar(refers, about) == 1
        with pytest.raises(OperationalError, match="lock timeout"):
            await reading.execute(text("SELECT 1 FROM orders WHERE id = :id FOR NO KEY UPDATE"), about)
        await reading.rollback()


async def test_the_same_connections_are_used_again(database_url: str) -> None:
    database = Database(database_url, pool_size=3)

    async def at_once() -> set[int]:
        return set(await asyncio.gather(*(session_of(database) for _ in range(12))))

    first = await at_once()
    assert (len(first), await at_once() <= first, await session_of(database) in first) == (3, True, True)
    await database.close()


async def test_a_connection_that_was_set_up_for_a_snapshot_and_not_reset_is_replaced(
    database_url: str,
) -> None:
    """As whoever was cancelled between the two leaves it: nothing could be written by it any more."""
    database = Database(database_url, pool_size=1)
    async with database.transaction() as session:
        raw = await (await session.connection()).get_raw_connection()
        left = raw.driver_connection
    assert left is not None
    await left.set_read_only(True)
    async with database.transaction() as session:
        assert await session.scalar(text("SHOW transaction_read_only")) == "off"
    await database.close()
