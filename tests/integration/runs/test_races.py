"""A person's retry and the workflow's own, at the same moment and across a continue-as-new: one purchase."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from temporalio.api.enums.v1 import EventType

from domain.contract.order import OrderDocument
from domain.fulfilment.waits import HOLD_RETRY
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from simulator.serving.server import Simulators
from starter.desk.errors import ActPending, ActRefused
from storage.views.orders import OrderView
from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.servers.worlds import OwnWorld
from tests.support.world import World, working
from workflows.run import calls

SECONDS = 3
SCARCE = benefit("raced-key", "key", offer("kayixin", "2004"))


def nearly_due() -> datetime:
    """An activities' clock by which a hold is tried again after three seconds instead of ten minutes."""
    return datetime.fromtimestamp(datetime.now(UTC).timestamp() + SECONDS, UTC) - HOLD_RETRY


def retry(view: OrderView, number: int) -> HumanAct:
    return HumanAct(
        request_id=f"retry-{view.order_no}-{number}",
        order_id=view.order_id,
        delivery_id=view.deliveries[0].id,
        act=Act.RETRY,
        actor="lin",
        reason=f"call {number}",
    )


async def held_order(world: World) -> tuple[OrderDocument, OrderView]:
    bundle = await world.publish([{"id": "key", "benefit": "raced-key"}], [SCARCE], hold_for="P30D")
    document = world.order(bundle)
    await world.place(document)
    return document, await world.until(document, lambda order: order.state == "held")


async def raced(world: World, seconds: float) -> OrderView:
    """An order whose hold ends by itself while support retries it, so long after it was held."""
    document, view = await held_order(world)
    world.simulators["kayixin"].products["2004"].mode = "ok"
    await asyncio.sleep(seconds)
    with suppress(ActRefused, ActPending):  # the workflow's own came first, and may have ended the run
        await world.checkout.act(f"shop/{view.order_no}", retry(view, 1))
    return await world.finish(document)


async def test_a_retry_raced_by_the_workflows_own_buys_once(
    own_world: OwnWorld, simulators: Simulators
) -> None:
    async with (
        own_world("raced") as world,
        working(world.workers(clock=nearly_due)),
    ):
        outcomes = []
        for seconds in (0.0, SECONDS - 0.3, SECONDS - 0.1, SECONDS, SECONDS + 0.5):
            try:
                view = await raced(world, seconds)
            finally:
                simulators["kayixin"].products["2004"].mode = "out_of_stock"
            outcomes.append((view.state, len(world.sales(view)), view.deliveries[0].units_delivered))
    assert outcomes == [("completed", 1, 1)] * 5


async def test_retries_across_a_continue_as_new_each_have_one_effect_and_buy_once(
    own_world: OwnWorld, simulators: Simulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "MOST", 8)
    async with (
        own_world("continued") as world,
        working(world.workers()),
    ):
        document, view = await held_order(world)
        accepted = 0
        for number in range(12):
            try:
                for _ in range(2):
                    await world.checkout.act(f"shop/{view.order_no}", retry(view, number))
                accepted += 1
            except ActRefused:
                continue
            await world.until(document, lambda order: order.state == "held")
        simulators["kayixin"].products["2004"].mode = "ok"
        try:
            await world.checkout.act(f"shop/{view.order_no}", retry(view, 99))
            done = await world.finish(document)
        finally:
            simulators["kayixin"].products["2004"].mode = "out_of_stock"
        runs = [run async for run in world.client.list_workflows("") if run.id.startswith("order/")]
        continued = 0
        for run in runs:
            handle = world.client.get_workflow_handle(run.id, run_id=run.run_id)
            history = await handle.fetch_history()
            last = history.events[-1].event_type
            continued += last == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW
    told = [english(event.data["note"]) for event in done.events if event.type == "human.retry"]
    assert len(told) == len(set(told)) == accepted + 1
    assert (done.state, len(world.sales(done)), len(runs)) == ("completed", 1, continued + 1)
    assert continued >= 2
