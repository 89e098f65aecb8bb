"""Runs that slept in a worker's cache and are woken together take turns by channel, too: on a real server."""

import asyncio
import time
from pathlib import Path
from typing import Any

from temporalio import workflow
from temporalio.client import WorkflowHandle
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from tests.support.servers.temporal import temporal_in_memory
from worker import CACHED_WORK_WAITS
from workflows.priorities import of_order

QUEUE = "sleepers"
WOKEN: list[str] = []
"""The channels of the runs that were served, in their order."""


@workflow.defn
class Sleeper:
    """Stands for an order that waits for its instant, and then takes a worker's fifth of a second."""

    @workflow.run
    async def run(self, channel: str) -> None:
        self.woken = False
        await workflow.wait_condition(lambda: self.woken)
        time.sleep(0.2)
        WOKEN.append(channel)

    @workflow.signal
    def wake(self) -> None:
        self.woken = True

    @workflow.query
    def sleeps(self) -> bool:
        return not self.woken


async def test_a_crowd_that_wakes_first_keeps_another_channel_waiting_for_a_moment(
    temporal_binary: Path,
) -> None:
    """Sixty that were woken before them are not all served before the five of the other channel."""
    WOKEN.clear()
    async with temporal_in_memory(temporal_binary) as environment:
        client = environment.client
        sleepers: list[WorkflowHandle[Any, Any]] = []
        async with Worker(
            client,
            task_queue=QUEUE,
            workflows=[Sleeper],
            workflow_runner=UnsandboxedWorkflowRunner(),
            max_concurrent_workflow_tasks=2,
            sticky_queue_schedule_to_start_timeout=CACHED_WORK_WAITS,
        ):
            for number, channel in enumerate(["flash"] * 60 + ["small"] * 5):
                sleepers.append(
                    await client.start_workflow(
                        Sleeper.run,
                        channel,
                        id=f"{channel}/{number}",
                        task_queue=QUEUE,
                        priority=of_order(channel),
                    )
                )
            assert [await run.query(Sleeper.sleeps) for run in sleepers] == [True] * 65
            for run in sleepers:
                await run.signal(Sleeper.wake)
            await asyncio.gather(*(run.result() for run in sleepers))
    of_small = [place for place, channel in enumerate(WOKEN, 1) if channel == "small"]
    assert (len(WOKEN), [place for place in of_small if place > 30]) == (65, [])
