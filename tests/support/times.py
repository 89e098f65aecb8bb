"""The time that each run lives in: that of the wall, or ahead of it where a test skipped time for the run."""

from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any

import temporalio.client
import temporalio.worker
from temporalio import activity
from temporalio.client import Client
from temporalio.testing import TimeSkipper
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

_ahead: ContextVar[timedelta] = ContextVar("ahead", default=timedelta(0))


def clock() -> datetime:
    """The clock of activities: each tells the time of the run that asked for it."""
    return datetime.now(UTC) + _ahead.get()


class Times(temporalio.client.Interceptor, temporalio.worker.Interceptor):
    """How far runs are ahead of the wall, by their ids; each activity begins at the time of its run.

    Temporal keeps a clock for each run. A run that takes over from another under the same id begins at the
    wall's time there, and goes on with its id's time here.
    """

    def __init__(self) -> None:
        self._ahead: dict[str, timedelta] = {}

    def reach(self, workflow_id: str, at: datetime) -> None:
        """A run has come to this instant, if it had not before."""
        ahead = at - datetime.now(UTC)
        self._ahead[workflow_id] = max(ahead, self._ahead.get(workflow_id, timedelta(0)))

    async def look(self, client: Client, workflow_id: str) -> timedelta:
        """How far a run is ahead by now: nothing, where no time was skipped for it."""
        if workflow_id in self._ahead:
            run, asked = client.get_workflow_handle(workflow_id), datetime.now(UTC)
            ahead = await TimeSkipper(client).get_current_time(run) - asked
            self._ahead[workflow_id] = max(ahead, self._ahead[workflow_id])
        return self._ahead.get(workflow_id, timedelta(0))

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Each activity is told the time of its run."""
        return _AtItsTime(next, self)


class _AtItsTime(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, times: Times) -> None:
        super().__init__(next)
        self._times = times

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        _ahead.set(await self._times.look(activity.client(), activity.info().workflow_id or ""))
        return await super().execute_activity(input)
