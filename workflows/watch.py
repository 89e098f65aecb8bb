"""Watching: every minute, suppliers are asked whether what they delivered still stands.

Started by a Temporal Schedule of its own: a supplier that hangs holds up no sweep.
"""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from domain.messages import Due, Watched
from domain.texts import ForPeople
from workflows import calls
from workflows.signatures import SweepActivities

WATCH_SCHEDULE = "perkflow-watch"
ROUND = timedelta(minutes=1)
"""What is left after that is the next round's, which the schedule starts within a minute."""


@workflow.defn
class Watch:
    """One round of questions. Workflow id: made by the schedule from `perkflow-watch`."""

    @workflow.run
    async def run(self) -> Due:
        """Ask about what is due for it, and return what the first page of each connection was."""
        due = await find_due()
        await asyncio.gather(*(watch_connection(each) for each in due.watched))
        return due


async def watch_connection(page: Watched) -> None:
    """Ask one supplier page by page while it answers; a slow one for no longer than until the next round."""
    began = workflow.now()
    while await watch_one(page) and workflow.now() - began < ROUND:
        left = [each for each in (await find_due()).watched if each.connection == page.connection]
        if not left:
            return
        [page] = left


async def find_due() -> Due:
    """The next page of each connection."""
    return await workflow.execute_activity_method(
        SweepActivities.due_for_watching,
        start_to_close_timeout=timedelta(minutes=1),
        summary=ForPeople("find what is to be asked about again"),
    )


async def watch_one(due: Watched) -> bool:
    """Ask one supplier whether what it delivered still stands; one that is away is asked another time.

    Whether there is more to ask it now.
    """
    try:
        found = await calls.watch(due)
    except ActivityError:
        return False
    if found.deliveries:
        await workflow.execute_activity_method(
            SweepActivities.open_reversals,
            found,
            start_to_close_timeout=timedelta(minutes=1),
            summary=ForPeople("open cases about what its supplier took back"),
        )
    return found.more
