"""After a restore, one history that does not open keeps no other order from being started again."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import WorkflowExecutionStatus

from activities.runs.restored import ENDED, tell_runs
from domain.contract.order import OrderDocument
from tests.integration.keys.rings import eventually, with_ring, worker_with
from tests.support.documents import benefit, offer
from tests.support.servers.worlds import OwnWorld
from tests.support.world import World

KEY = benefit("history-key", "key", offer("kayixin", "1001"))


async def fulfilled(world: World) -> OrderDocument:
    bundle = await world.publish([{"id": "video", "benefit": "history-key"}], [KEY])
    document = world.order(bundle)
    await world.fulfil(document)
    return document


async def test_an_order_whose_history_opens_is_started_again_beside_one_whose_does_not(
    own_world: OwnWorld, caplog: pytest.LogCaptureFixture
) -> None:
    began = datetime.now(UTC) - timedelta(minutes=1)
    async with own_world("unopened-histories") as world:
        async with worker_with(world, "k1") as one:
            opens = await fulfilled(one)
        async with worker_with(world, "k2") as other:
            does_not = await fulfilled(other)

        async def both_listed() -> bool:
            ended = ENDED.format(began.isoformat())
            return len([run async for run in world.client.list_workflows(ended)]) == 2

        await eventually(both_listed)
        reader = with_ring(world, "k1")
        with caplog.at_level(logging.ERROR):
            assert await tell_runs(reader.client, began) == 1
        statuses = [(await reader.run_of(each).describe()).status for each in (opens, does_not)]
    assert statuses == [WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.COMPLETED]
    assert f"order/shop/{does_not.order_no} is not started again" in caplog.text
