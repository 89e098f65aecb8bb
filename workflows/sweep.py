"""The sweep: every minute, what lost its run gets a new one. Started by a Temporal Schedule.

It calls no supplier, so that none can hold it up: asking again about what was delivered is `workflows.watch`.
"""

import asyncio
from datetime import timedelta

from temporalio import workflow

from domain.messages import Swept
from domain.texts import ForPeople
from workflows.signatures import SweepActivities
from workflows.watch import watch_one

SCHEDULE = "perkflow-sweep"
EVERY = timedelta(minutes=1)


@workflow.defn
class Sweep:
    """One sweep. Workflow id: made by the schedule from `perkflow-sweep`."""

    @workflow.run
    async def run(self) -> Swept:
        """Adopt what is lost, and return which orders that were."""
        swept = await workflow.execute_activity_method(
            SweepActivities.adopt_lost_orders,
            workflow.get_last_completion_result(Swept) or Swept(orders=[]),
            start_to_close_timeout=timedelta(minutes=10),
            heartbeat_timeout=timedelta(minutes=2),
            summary=ForPeople("adopt what lost its run"),
        )
        # Only a sweep that began before `Watch` was there still finds anything here.
        await asyncio.gather(*(watch_one(due) for due in swept.watched))
        return swept
