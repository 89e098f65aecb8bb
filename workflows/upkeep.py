"""Upkeep: every ten minutes, and at a worker's start, sweep and verification are started where they ended."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from domain.messages import Swept
from domain.texts import ForPeople
from workflows.signatures import SweepActivities

UPKEEP_SCHEDULE = "perkflow-upkeep"
UPKEEP_EVERY = timedelta(minutes=10)
LONGEST = timedelta(minutes=5)
"""For a whole run: one that does not go on keeps no later one from being started."""


@workflow.defn
class Upkeep:
    """One look at the runs that have to be there. Workflow id: made by the schedule `perkflow-upkeep`."""

    @workflow.run
    async def run(self) -> Swept:
        """Bring back what ended or does not go on, and return which of the two that was."""
        return await workflow.execute_activity_method(
            SweepActivities.keep_running,
            _last(),
            start_to_close_timeout=timedelta(minutes=1),
            retry_policy=RetryPolicy(maximum_attempts=3),
            summary=ForPeople("are the sweep and the watch running"),
        )


def _last() -> Swept:
    """What the upkeep before returned; if that cannot be read, as when its key is gone, this one goes on."""
    try:
        return workflow.get_last_completion_result(Swept) or Swept(orders=[])
    except Exception as error:
        workflow.logger.warning("what the last upkeep returned cannot be read: %s", error)
        return Swept(orders=[])
