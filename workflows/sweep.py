"""The sweep: every minute, orders that lost their run get a new one. Started by a Temporal Schedule."""

from datetime import timedelta

from temporalio import workflow

from domain.messages import Swept
from domain.texts import ForPeople
from workflows.signatures import SweepActivities

SCHEDULE = "perkflow-sweep"
EVERY = timedelta(minutes=1)


@workflow.defn
class Sweep:
    """One sweep. Workflow id: made by the schedule from `perkflow-sweep`."""

    @workflow.run
    async def run(self) -> Swept:
        """Adopt what is lost and return which orders that were."""
        return await workflow.execute_activity_method(
            SweepActivities.adopt_lost_orders,
            start_to_close_timeout=timedelta(minutes=10),
            heartbeat_timeout=timedelta(minutes=2),
            summary=ForPeople("adopt orders that lost their run"),
        )
