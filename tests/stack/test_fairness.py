"""A channel's flash sale keeps nobody else waiting, support comes first, and upkeep last: on a real server.

Everything is queued before a worker begins, so the order in which it works is what the queue decided.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.common import Priority
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.runs.start import adopt
from domain.notes.words import Language
from storage.views.orders import OrderToAdopt
from tests.support.servers.temporal import temporal_in_memory
from workflows.priorities import AFTER_A_VERB, OF_UPKEEP, of_order
from workflows.queues import ORDERS, submit_queue

SUPPLIER = submit_queue("acme")
QUEUED: list[str] = []
"""The ids of the runs that began, in their order."""
CALLED: list[Priority] = []
"""What the calls at the supplier were queued with, in the order in which they were made."""


@workflow.defn(name="BundleOrder")
class OneCall:
    """Stands for an order's run: it calls its supplier once."""

    @workflow.run
    async def run(self, *inputs: object) -> None:
        info = workflow.info()
        if info.workflow_id.endswith("/long") and info.continued_run_id is None:
            workflow.continue_as_new()
        if info.workflow_id not in QUEUED:  # a task that took too long is done again
            QUEUED.append(info.workflow_id)
        hurried = info.workflow_id.endswith("/hurried")
        await workflow.execute_activity(
            buy,
            task_queue=SUPPLIER,
            start_to_close_timeout=timedelta(minutes=1),
            priority=AFTER_A_VERB if hurried else Priority.default,
        )


@activity.defn
async def buy() -> None:
    """Stands for a purchase."""
    CALLED.append(activity.info().priority)


@pytest.fixture
async def client(temporal_binary: Path) -> AsyncIterator[Client]:
    QUEUED.clear()
    CALLED.clear()
    async with temporal_in_memory(temporal_binary) as environment:
        config = environment.client.config()
        config["data_converter"] = pydantic_data_converter
        yield Client(**config)


async def order(client: Client, channel: str, number: object) -> None:
    """Give an order of this channel a run, as the product does."""
    of = OrderToAdopt(
        order_id="",
        channel=channel,
        order_no=str(number),
        digest="",
        bundle="spring",
        version=1,
        lang=Language.EN,
    )
    await adopt(client, of)


async def flash_sale(client: Client) -> None:
    """Queue 150 orders of one channel, and 10 of another behind them."""
    for number in range(150):
        await order(client, "flash", number)
    for number in range(10):
        await order(client, "small", number)


def runs(client: Client, slots: int = 2) -> Worker:
    return Worker(
        client,
        task_queue=ORDERS,
        workflows=[OneCall],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_concurrent_workflow_tasks=slots,
    )


def calls(client: Client, slots: int = 2) -> Worker:
    return Worker(client, task_queue=SUPPLIER, activities=[buy], max_concurrent_activities=slots)


async def all_wait(client: Client, count: int) -> None:
    """Wait until the call of each of so many runs is queued."""
    await all_began(count)
    for run in QUEUED:
        await its_call_waits(client.get_workflow_handle(run))


async def its_call_waits(run: WorkflowHandle[Any, Any]) -> None:
    """Wait until the call of a run is queued."""
    for _ in range(1200):
        if (await run.describe()).raw_description.pending_activities:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{run.id} does not call")


async def all_began(count: int) -> None:
    """Wait until so many runs began."""
    for _ in range(1200):
        if len(QUEUED) == count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{len(QUEUED)} runs began, and not {count}")


async def all_called(count: int) -> None:
    """Wait until so many calls were made."""
    for _ in range(1200):
        if len(CALLED) == count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{len(CALLED)} calls were made, and not {count}")


def positions(channels: list[str]) -> list[int]:
    """Where the small channel's came, counted from 1."""
    return [place for place, channel in enumerate(channels, 1) if channel == "small"]


async def test_runs_of_two_channels_take_turns(client: Client) -> None:
    await flash_sale(client)
    async with runs(client):
        await all_began(160)
    of_small = positions([run.split("/")[1] for run in QUEUED])
    assert len(of_small) == 10
    assert [place for place in of_small if place > 25] == []


async def test_calls_at_a_supplier_take_turns_by_the_channel_of_their_run(client: Client) -> None:
    async with runs(client, slots=20):
        await flash_sale(client)
        await all_wait(client, 160)
        async with calls(client):
            await all_called(160)
    of_small = positions([priority.fairness_key or "" for priority in CALLED])
    assert len(of_small) == 10
    assert [place for place in of_small if place > 25] == []


async def test_support_is_served_first_and_upkeep_last(client: Client) -> None:
    async with runs(client):
        for number in range(5):
            run = f"upkeep/{number}"
            await client.start_workflow(OneCall.run, id=run, task_queue=ORDERS, priority=OF_UPKEEP)
        for number in range(20):
            await order(client, "flash", number)
        await order(client, "flash", "hurried")
        await order(client, "small", "hurried")
        await all_wait(client, 27)
        async with calls(client, slots=1):
            await all_called(27)
    hurried = {Priority(priority_key=2, fairness_key=channel) for channel in ("flash", "small")}
    assert set(CALLED[:2]) == hurried
    assert CALLED[2:] == [of_order("flash")] * 20 + [OF_UPKEEP] * 5


async def test_a_run_that_goes_on_as_a_new_one_keeps_its_channel(client: Client) -> None:
    async with runs(client), calls(client):
        await order(client, "small", "long")
        await all_called(1)
    assert [of_order("small")] == CALLED
