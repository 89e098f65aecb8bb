"""A process whose connections to PostgreSQL are all in use says so, and that asking again helps."""

from contextlib import AsyncExitStack

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.unavailable import DatabaseUnavailable


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
