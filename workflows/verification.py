"""Watching: every minute, suppliers are asked whether what they delivered still stands.

A run of its own for all of it: a supplier that hangs holds up no sweep. `workflows.upkeep` brings it back.
"""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

from domain.messages import Due, VerificationBatch
from domain.texts import ForPeople
from workflows.queues import query_queue
from workflows.run.door import signalled
from workflows.run.waiting import until
from workflows.signatures import SupplierActivities, SweepActivities

VERIFICATION_ID = "perkflow-verification"
ROUND = timedelta(minutes=1)
"""What is left after that is the next round's."""


@workflow.defn
class Verification:
    """The run that asks. Workflow id: `perkflow-watch`."""

    def __init__(self) -> None:
        self._anew = False

    @workflow.run
    async def run(self) -> None:
        """Ask every minute about what is due for it, beginning now."""
        while not (self._anew or workflow.info().is_continue_as_new_suggested()):
            ends = workflow.now() + ROUND
            due = await find_due()
            await asyncio.gather(*(verify_connection(each) for each in due.batches))
            await until(ends, "ask again", lambda: self._anew)
        workflow.continue_as_new()

    @signalled(None)
    async def begin_anew(self) -> None:
        """Go on as a new run after this round, whose history begins under today's keys."""
        self._anew = True


async def verify_connection(page: VerificationBatch) -> None:
    """Ask one supplier page by page while it answers; a slow one for no longer than until the next round."""
    began = workflow.now()
    while await verify_page(page) and workflow.now() - began < ROUND:
        left = [each for each in (await find_due()).batches if each.connection == page.connection]
        if not left:
            return
        [page] = left


async def find_due() -> Due:
    """The next page of each connection."""
    return await workflow.execute_activity_method(
        SweepActivities.due_for_verification,
        start_to_close_timeout=timedelta(minutes=1),
        summary=ForPeople("find what is to be asked about again"),
    )


async def verify_page(due: VerificationBatch) -> bool:
    """Ask one supplier whether what it delivered still stands; one that is away is asked another time.

    Whether there is more to ask it now.
    """
    try:
        found = await workflow.execute_activity_method(
            SupplierActivities.verify_batch,
            due,
            task_queue=query_queue(due.connection),
            summary=ForPeople(f"ask {due.connection} whether {len(due.deliveries)} deliveries stand"),
            schedule_to_start_timeout=timedelta(minutes=1),
            start_to_close_timeout=timedelta(minutes=10),
            heartbeat_timeout=timedelta(seconds=30),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )
        if found.deliveries:
            await workflow.execute_activity_method(
                SweepActivities.open_reversals,
                found,
                start_to_close_timeout=timedelta(minutes=1),
                retry_policy=RetryPolicy(maximum_attempts=3),
                summary=ForPeople("open cases about what its supplier took back"),
            )
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        return False
    return found.more
