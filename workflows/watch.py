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


@workflow.defn
class Watch:
    """One round of questions. Workflow id: made by the schedule from `perkflow-watch`."""

    @workflow.run
    async def run(self) -> Due:
        """Ask about what is due for it, and return what that was."""
        due = await workflow.execute_activity_method(
            SweepActivities.due_for_watching,
            start_to_close_timeout=timedelta(minutes=1),
            summary=ForPeople("find what is to be asked about again"),
        )
        await asyncio.gather(*(watch_one(each) for each in due.watched))
        return due


async def watch_one(due: Watched) -> None:
    """Ask one supplier whether what it delivered still stands; one that is away is asked another time."""
    try:
        found = await calls.watch(due)
    except ActivityError:
        return
    if found.deliveries:
        await workflow.execute_activity_method(
            SweepActivities.open_reversals,
            found,
            start_to_close_timeout=timedelta(minutes=1),
            summary=ForPeople("open cases about what its supplier took back"),
        )
