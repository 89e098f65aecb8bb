"""The sweep: every minute, what lost its run gets a new one, and what was delivered is asked about again.

Started by a Temporal Schedule.
"""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from domain.messages import Swept, Watched
from domain.texts import ForPeople
from workflows import calls
from workflows.signatures import SweepActivities

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
        await asyncio.gather(*(self._watch(due) for due in swept.watched))
        return swept

    async def _watch(self, due: Watched) -> None:
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
