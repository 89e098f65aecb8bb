"""The schedules of the sweep and the watch, made when a worker starts; one that is there stays as it is."""

from contextlib import suppress

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)

from domain.texts import ForPeople
from workflows.queues import ORDERS
from workflows.sweep import EVERY, SCHEDULE, Sweep
from workflows.watch import WATCH_SCHEDULE, Watch

SCHEDULED = (SCHEDULE, WATCH_SCHEDULE)


async def make_schedules(client: Client) -> None:
    """Let Temporal start a sweep and a watch every minute, each one at a time."""
    actions = [
        ScheduleActionStartWorkflow(
            Sweep.run,
            id=SCHEDULE,
            task_queue=ORDERS,
            static_summary=ForPeople("adopt orders that lost their run"),
        ),
        ScheduleActionStartWorkflow(
            Watch.run,
            id=WATCH_SCHEDULE,
            task_queue=ORDERS,
            static_summary=ForPeople("ask whether what was delivered still stands"),
        ),
    ]
    spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=EVERY)])
    policy = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP)
    for action in actions:
        with suppress(ScheduleAlreadyRunningError):
            await client.create_schedule(action.id, Schedule(action=action, spec=spec, policy=policy))
