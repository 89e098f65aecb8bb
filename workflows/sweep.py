"""The sweep: every minute, what lost its run or does not go on gets a new one. One run for all of it.

It calls no supplier, so that none can hold it up: asking again about what was delivered is
`workflows.verification`. Its own run is brought back by `workflows.upkeep`.
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

from domain.messages import Swept
from domain.texts import ForPeople
from workflows.run.door import signalled, started_with
from workflows.run.waiting import until
from workflows.signatures import SweepActivities

SWEEP_ID = "perkflow-sweep"
EVERY = timedelta(minutes=1)


@workflow.defn
class Sweep:
    """The run that sweeps. Workflow id: `perkflow-sweep`."""

    @workflow.init
    def __init__(self, *inputs: object) -> None:
        """`inputs`: one Swept, the sweep before as far as anybody remembers it."""
        self._last = started_with(Swept, inputs)
        self._anew = False

    @workflow.run
    async def run(self, *inputs: object) -> None:
        """Sweep every minute, beginning now."""
        while not (self._anew or workflow.info().is_continue_as_new_suggested()):
            ends = workflow.now() + EVERY
            self._last = await self._round(self._last)
            await until(ends, "sweep", lambda: self._anew)
        workflow.continue_as_new(self._last)

    @signalled(None)
    async def begin_anew(self) -> None:
        """Go on as a new run after this round, whose history begins under today's keys."""
        self._anew = True

    async def _round(self, last: Swept) -> Swept:
        """One sweep; one that fails is made up for by the next."""
        try:
            return await workflow.execute_activity_method(
                SweepActivities.adopt_lost_orders,
                last,
                start_to_close_timeout=timedelta(minutes=10),
                heartbeat_timeout=timedelta(minutes=2),
                retry_policy=RetryPolicy(maximum_attempts=1),
                summary=ForPeople("give what does not go on a new run"),
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            workflow.logger.warning("a sweep failed: %s", error.cause)
            return last
