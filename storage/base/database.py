"""The connection to PostgreSQL: one engine a process, short transactions, parameters never in an error."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from storage.base.stale import replace_stale
from storage.base.unavailable import DatabaseUnavailable

PREPARED_AFTER = 2
"""Executions on one connection, after which PostgreSQL keeps a statement that it has read."""
MOST_PREPARED = 300
"""On one connection; what has not been used for longest makes room."""


class Database:
    """The book's database. Open one per process and close it at the end."""

    def __init__(self, url: str, pool_size: int = 20, *, wait: float = 30.0) -> None:
        """`wait`: seconds to wait for a connection while all of them, `pool_size` at most, are in use.

        The same few are used again and again and stay open, since a statement is planned once a connection.
        """
        self._engine = create_async_engine(
            url,
            hide_parameters=True,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=wait,
            pool_use_lifo=True,
            connect_args={"prepare_threshold": PREPARED_AFTER},
        )
        replace_stale(self._engine.sync_engine)
        event.listen(self._engine.sync_engine, "connect", _keep_prepared)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed at the end, rolled back on any exception.

        Raises DatabaseUnavailable when there is no connection to be had.
        """
        try:
            async with self._sessions.begin() as session:
                yield session
        except NoneFree as error:
            busy = "every connection of this process to PostgreSQL is in use: ask again in a moment"
            raise DatabaseUnavailable(busy) from error
        except OperationalError as error:
            if error.connection_invalidated or "connect" in str(error.orig).lower():
                raise DatabaseUnavailable() from error
            raise

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncSession]:
        """As `transaction`, to read only: everything read in it stands as at one moment."""
        async with self.transaction() as session:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            await session.connection(execution_options=options)
            yield session

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def _keep_prepared(dbapi_connection: Any, _: ConnectionPoolEntry) -> None:
    dbapi_connection.driver_connection.prepared_max = MOST_PREPARED
