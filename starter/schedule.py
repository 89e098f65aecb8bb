"""The schedule of the sweep, made when a worker starts; where it is there already, it stays as it is."""

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


async def schedule_the_sweep(client: Client) -> None:
    """Let Temporal start a sweep every minute, one at a time."""
    action = ScheduleActionStartWorkflow(
        Sweep.run,
        id=SCHEDULE,
        task_queue=ORDERS,
        static_summary=ForPeople("adopt orders that lost their run"),
    )
    spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=EVERY)])
    policy = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP)
    try:
        await client.create_schedule(SCHEDULE, Schedule(action=action, spec=spec, policy=policy))
    except ScheduleAlreadyRunningError:
        return
