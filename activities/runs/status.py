"""What Temporal says of a run: whether it is there, whether it is at work, whether it cannot go on."""

from dataclasses import dataclass

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from domain.notes.note import Note
from domain.notes.upkeep import WorkflowTaskFails

TASK_TRIES = 5
"""A run whose workflow task was tried so often in vain will not go on by itself."""


@dataclass(frozen=True)
class Look:
    """A run as Temporal has it."""

    run_id: str = ""
    running: bool = False
    task_tries: int = 0
    """How often its workflow task was tried, while one is waiting; 0 while none is."""
    calls: int = 0
    """Activities that are under way or wait for a worker."""

    @property
    def failing(self) -> bool:
        """Whether its workflow task keeps failing."""
        return self.task_tries >= TASK_TRIES

    @property
    def busy(self) -> bool:
        """Whether there is work under way for it, so that it may only be slow."""
        return not self.failing and (self.calls > 0 or self.task_tries > 0)

    @property
    def why_failing(self) -> Note:
        """For a timeline."""
        return WorkflowTaskFails(times=self.task_tries)


async def look(client: Client, workflow_id: str) -> Look:
    """What Temporal says of the newest run under this id."""
    try:
        found = await client.get_workflow_handle(workflow_id).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return Look()
        raise
    raw = found.raw_description
    tries = raw.pending_workflow_task.attempt if raw.HasField("pending_workflow_task") else 0
    return Look(
        run_id=found.run_id or "",
        running=found.status is WorkflowExecutionStatus.RUNNING,
        task_tries=tries,
        calls=len(raw.pending_activities),
    )
