"""One round of a watch, which by itself goes on for ever."""

from temporalio.api.enums.v1 import EventType

from tests.support.world import World
from workflows.queues import ORDERS
from workflows.verification import Verification


async def one_watch(world: World, workflow_id: str) -> None:
    """Start a watch, and end it while it waits for its second round."""
    run = await world.client.start_workflow(Verification.run, id=workflow_id, task_queue=ORDERS)
    async for event in run.fetch_history_events(wait_new_event=True):
        if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED:
            break
    await run.terminate("one round is enough")
