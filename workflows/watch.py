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
PAGES = 20
"""What is due beyond so many is left to the next run; the schedule starts it within a minute."""


@workflow.defn
class Watch:
    """One round of questions. Workflow id: made by the schedule from `perkflow-watch`."""

    @workflow.run
    async def run(self) -> Due:
        """Ask about what is due for it, page by page, and return what the first page was."""
        first = due = await find_due()
        for _ in range(PAGES):
            more = await asyncio.gather(*(watch_one(each) for each in due.watched))
            unasked = {each.connection for each, has_more in zip(due.watched, more, strict=True) if has_more}
            if not unasked:
                break
            page = await find_due()
            due = Due(watched=[each for each in page.watched if each.connection in unasked])
        return first


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
