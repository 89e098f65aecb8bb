"""The schedule that keeps sweep and verification running: made, and run once, when a worker starts."""

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
from workflows.priorities import OF_UPKEEP
from workflows.queues import ORDERS
from workflows.upkeep import LONGEST, UPKEEP_EVERY, UPKEEP_SCHEDULE, Upkeep


async def keep_up(client: Client) -> None:
    """Let Temporal start an upkeep now and every ten minutes, one at a time."""
    action = ScheduleActionStartWorkflow(
        Upkeep.run,
        id=UPKEEP_SCHEDULE,
        task_queue=ORDERS,
        execution_timeout=LONGEST,
        static_summary=ForPeople("bring back the sweep and the watch if need be"),
        priority=OF_UPKEEP,
    )
    schedule = Schedule(
        action=action,
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=UPKEEP_EVERY)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP),
    )
    try:
        await client.create_schedule(UPKEEP_SCHEDULE, schedule, trigger_immediately=True)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(UPKEEP_SCHEDULE).trigger(overlap=ScheduleOverlapPolicy.SKIP)
