"""What an order makes the database and Temporal do."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url
from temporalio.api.enums.v1 import EventType as E
from temporalio.client import Client, WorkflowHistory

STATEMENT = re.compile(rb" LOG:  (?:statement|execute [^:]*): ")


@dataclass(frozen=True)
class Commits:
    """Transactions of a database so far."""

    all: int
    writing: int


async def commits(url: str) -> Commits:
    """As PostgreSQL counts them; a transaction that writes takes a number of the whole server."""
    async with await session_on(url) as session:
        found = await session.execute(
            "SELECT xact_commit, pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
            " FROM pg_stat_database WHERE datname = current_database()"
        )
        row = await found.fetchone()
    assert row is not None
    return Commits(*row)


@asynccontextmanager
async def logged_statements(url: str) -> AsyncIterator[None]:
    """Every statement of new sessions is logged while the block runs; sessions that are open end."""
    name = sql.Identifier(str(make_url(url).database))
    await _with_new_sessions(url, sql.SQL("ALTER DATABASE {} SET log_statement = 'all'").format(name))
    try:
        yield
    finally:
        await _with_new_sessions(url, sql.SQL("ALTER DATABASE {} RESET log_statement").format(name))


def size_of(log: Path) -> int:
    """Bytes of a server's log so far."""
    return log.stat().st_size


def statements_in(log: Path, since: int) -> int:
    """Statements in a server's log from this byte on."""
    with log.open("rb") as lines:
        lines.seek(since)
        return len(STATEMENT.findall(lines.read()))


@dataclass(frozen=True)
class Steps:
    """Of one order's run: events of its history, activities that a queue carried, actions that are billed."""

    events: int
    bytes: int
    activities: int
    actions: int


async def steps_of(client: Client, workflow: str) -> Steps:
    """Reads them from the history of a run that has closed."""
    history: WorkflowHistory = await client.get_workflow_handle(workflow).fetch_history()
    kinds = [event.event_type for event in history.events]
    begun = history.events[0].workflow_execution_started_event_attributes
    assert not begun.continued_execution_run_id, "an earlier run of this order is not counted"
    billed = (
        E.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
        E.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
        E.EVENT_TYPE_TIMER_STARTED,
        E.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
        E.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
        E.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
    )
    return Steps(
        len(kinds),
        sum(event.ByteSize() for event in history.events),
        kinds.count(E.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED),
        sum(map(kinds.count, billed)) + _tasks_with_local_activities(history),
    )


def _tasks_with_local_activities(history: WorkflowHistory) -> int:
    """Temporal bills the local activities of one workflow task as one action."""
    return len(
        {
            event.marker_recorded_event_attributes.workflow_task_completed_event_id
            for event in history.events
            if event.marker_recorded_event_attributes.marker_name == "core_local_activity"
        }
    )


async def _with_new_sessions(url: str, statement: sql.Composed) -> None:
    async with await session_on(url) as session:
        await session.execute(statement)
        await session.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def session_on(url: str, database: str | None = None) -> psycopg.AsyncConnection[tuple[int, ...]]:
    """A session beside the processes that are measured, on this database or another of the same server."""
    given = make_url(url)
    return await psycopg.AsyncConnection.connect(
        host=str(given.query["host"]),
        user=given.username,
        dbname=database or given.database,
        autocommit=True,
    )
