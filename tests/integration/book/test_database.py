"""What whoever asks is told while PostgreSQL is away, or all connections to it are in use."""

from contextlib import AsyncExitStack

import pytest
from sqlalchemy import text

from storage.base.database import Database
from storage.base.unavailable import DatabaseUnavailable
from storage.views.order_lines import connected


async def test_when_every_connection_is_in_use_the_next_one_is_told_to_ask_again(database_url: str) -> None:
    database = Database(database_url, pool_size=1, wait=0.1)
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
