"""What one order of each shape does, counted once: statements, activities, events, actions; memory asleep."""

from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client

from bench.contestants.contestant import Contestant
from bench.measuring.counts import logged_statements, session_on, size_of, statements_in, steps_of

COUNTED = 10


@dataclass(frozen=True)
class Census:
    """Per order; `statements` with BEGIN and COMMIT, those of all processes together."""

    statements: float
    activities: int
    events: int
    history_bytes: int
    actions: int
    events_in_the_book: int


async def census(contestants: list[Contestant], client: Client, url: str, log: Path) -> dict[str, Census]:
    """Of each of Perkflow's shapes. `log` is PostgreSQL's."""
    found = {}
    async with logged_statements(url):
        for contestant in contestants:
            await contestant.drive(2, 1)  # new sessions say hello
            since = size_of(log)
            await contestant.drive(COUNTED, 1)
            statements = statements_in(log, since) / COUNTED
            assert contestant.workflow_of_last is not None
            steps = await steps_of(client, contestant.workflow_of_last())
            book = await _events_of(url, contestant.workflow_of_last())
            found[contestant.name] = Census(
                statements, steps.activities, steps.events, steps.bytes, steps.actions, book
            )
    return found


async def _events_of(url: str, workflow: str) -> int:
    """Rows that the book has of what happened to an order."""
    _, channel, number = workflow.split("/")
    async with await session_on(url) as session:
        asked = await session.execute(
            "SELECT count(*) FROM events e JOIN orders o ON o.id = e.order_id"
            " WHERE o.channel = %s AND o.order_no = %s",
            [channel, number],
        )
        row = await asked.fetchone()
    assert row is not None
    return row[0]
