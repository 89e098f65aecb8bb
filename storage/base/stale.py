"""Connections that PostgreSQL has closed, found without asking it.

An idle connection has nothing to say. Where its socket is readable, the server has ended it (it was
restarted, or somebody terminated the session), and this kernel knows. One that has been idle for long is
asked all the same: what stands between may have forgotten it and told nobody.
"""

import select
import time
from typing import Any

from psycopg import IsolationLevel
from sqlalchemy import Dialect, Engine, event
from sqlalchemy.exc import DisconnectionError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

LONG_IDLE = 30.0
"""Seconds after which a connection is asked before it is used."""
_IDLE_SINCE = "idle since"


def replace_stale(engine: Engine) -> None:
    """Let this engine open new connections instead of those that have ended."""

    @event.listens_for(engine, "checkin")
    def rest(dbapi_connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info[_IDLE_SINCE] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def use(dbapi_connection: Any, entry: ConnectionPoolEntry, _: Any) -> None:
        if _is_of_a_snapshot(dbapi_connection):
            raise DisconnectionError  # another one is opened in its place
        since = entry.info.get(_IDLE_SINCE)
        if since is None:
            return
        asked = time.monotonic() - since >= LONG_IDLE
        if _has_ended(dbapi_connection) or (asked and not _answers(engine.dialect, dbapi_connection)):
            raise InvalidatePoolError


def _is_of_a_snapshot(dbapi_connection: Any) -> bool:
    """Whether it was set up for one, by somebody who was cancelled before it would have been reset."""
    session = dbapi_connection.driver_connection
    return bool(session.read_only) or session.isolation_level not in (None, IsolationLevel.READ_COMMITTED)


def _answers(dialect: Dialect, dbapi_connection: Any) -> bool:
    try:
        return dialect.do_ping(dbapi_connection)
    except dialect.loaded_dbapi.Error:
        return False


def _has_ended(dbapi_connection: Any) -> bool:
    session = dbapi_connection.driver_connection.pgconn
    if session.status != 0:  # libpq's CONNECTION_OK
        return True
    poll = select.poll()
    poll.register(session.socket, select.POLLIN)
    return bool(poll.poll(0))
