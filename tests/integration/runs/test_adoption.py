"""A run that somebody terminated or reset in Temporal's UI: the order goes on from the book."""

from datetime import UTC, datetime

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError

from activities.runs.adopt import Sweeper, lost_orders
from activities.runs.start import adopt
from domain.messages import Swept
from domain.notes.words import Language
from storage.views.orders import OrderToAdopt, order_to_adopt
from tests.support.documents import benefit, offer
from tests.support.world import World
from workflows.search_attributes import BUNDLE, CHANNEL

KEYS = [
    benefit("now-key", "key", offer("kayixin", "1001")),
    benefit("slow-key", "key", offer("fulu", "10000587")),
]


async def lost_now(world: World) -> list[OrderToAdopt]:
    """Every open order without a running run."""
    return [order async for order in lost_orders(world.client, world.database)]


async def test_a_terminated_order_is_found_and_goes_on_without_buying_again(world: World) -> None:
    bundle = await world.publish(
        [
            {"id": "now", "benefit": "now-key"},
            {"id": "slow", "benefit": "slow-key"},
            {"id": "later", "benefit": "now-key", "release": {"after": "PT4S"}},
        ],
        KEYS,
    )
    document = world.order(bundle)
    await world.place(document)
    await world.until(document, lambda order: order.deliveries[0].state == "delivered")
    await world.run_of(document).terminate("by mistake")

    lost = [order for order in await lost_now(world) if order.order_no == document.order_no]
    assert [order.channel for order in lost] == ["shop"]
    await adopt(world.client, lost[0])
    view = await world.finish(document)
    assert view.state == "completed"
    assert [(d.state, len(d.attempts)) for d in view.deliveries] == [("delivered", 1)] * 3
    assert len(world.sales(view)) == 3
    assert document.order_no not in [order.order_no for order in await lost_now(world)]


async def test_an_order_placed_again_after_its_run_was_terminated_is_not_bought_again(world: World) -> None:
    bundle = await world.publish([{"id": "now", "benefit": "now-key"}], KEYS)
    document = world.order(bundle)
    first = await world.place(document)
    await world.run_of(document).terminate("by mistake")
    again = await world.place(document)
    assert again.order_id == first.order_id
    view = await world.until(document, lambda order: order.closed_at is not None)
    assert len(world.sales(view)) == 1


async def test_adopting_an_order_that_has_its_run_changes_nothing(world: World) -> None:
    bundle = await world.publish([{"id": "later", "benefit": "now-key", "release": {"after": "PT2S"}}], KEYS)
    document = world.order(bundle)
    await world.place(document)
    before = await world.run_of(document).describe()
    async with world.database.transaction() as session:
        found = await order_to_adopt(session, f"shop/{document.order_no}")
    assert found is not None
    await adopt(world.client, found)
    assert (await world.run_of(document).describe()).run_id == before.run_id
    view = await world.finish(document)
    assert (view.state, len(world.sales(view))) == ("completed", 1)


async def test_a_reset_run_does_not_buy_again(world: World) -> None:
    bundle = await world.publish([{"id": "now", "benefit": "now-key"}], KEYS)
    document = world.order(bundle)
    view = await world.fulfil(document)
    run = await world.run_of(document).describe()
    reset = await world.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=world.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=run.id, run_id=run.run_id),
            reason="by mistake",
            workflow_task_finish_event_id=4,
            request_id=f"reset-{run.run_id}",
        )
    )
    assert reset.run_id != run.run_id
    await world.run_of(document).result()
    assert (await world.run_of(document).describe()).status is WorkflowExecutionStatus.COMPLETED
    again = await world.read(document)
    assert (again.state, len(world.sales(again))) == (view.state, 1)


async def test_the_sweep_adopts_what_somebody_terminated(world: World) -> None:
    bundle = await world.publish([{"id": "later", "benefit": "now-key", "release": {"after": "PT3S"}}], KEYS)
    document = world.order(bundle)
    await world.place(document)
    await world.run_of(document).terminate("by mistake")
    sweeper = Sweeper(world.client, world.database, lambda: datetime.now(UTC), [])
    swept = await sweeper.one_round(Swept(orders=[]))
    assert f"shop/{document.order_no}" in swept.orders
    found_by = (await world.run_of(document).describe()).typed_search_attributes
    assert (found_by.get(CHANNEL), found_by.get(BUNDLE)) == ("shop", f"{bundle.id}@{bundle.version}")
    view = await world.finish(document)
    assert (view.state, len(world.sales(view))) == ("completed", 1)


async def test_an_order_cancelled_in_the_ui_goes_on(world: World) -> None:
    bundle = await world.publish([{"id": "later", "benefit": "now-key", "release": {"after": "PT3S"}}], KEYS)
    document = world.order(bundle)
    await world.place(document)
    await world.run_of(document).cancel()
    with pytest.raises(WorkflowFailureError):
        await world.run_of(document).result()
    assert (await world.read(document)).state == "acknowledged"
    await world.place(document)
    view = await world.finish(document)
    assert (view.state, len(world.sales(view))) == ("completed", 1)


async def test_an_order_cancelled_in_the_ui_while_it_buys_is_not_held_nor_given_up(world: World) -> None:
    """Without time for holds, being held for that would pay the buyer back at once."""
    slow = benefit("slow-key", "key", offer("kayixin", "2001"))
    bundle = await world.publish([{"id": "slow", "benefit": "slow-key"}], [slow], hold_for="PT0S")
    document = world.order(bundle)
    await world.place(document)
    await world.until(document, lambda view: bool(view.deliveries[0].attempts))
    await world.run_of(document).cancel()
    with pytest.raises(WorkflowFailureError):
        await world.run_of(document).result()
    assert (await world.read(document)).deliveries[0].state in ("in_progress", "uncertain")
    await world.place(document)
    view = await world.finish(document)
    assert (view.state, len(world.sales(view))) == ("completed", 1)


async def test_a_run_for_an_order_that_is_settled_says_how_it_ended_and_undoes_nothing(world: World) -> None:
    fixed = benefit("fixed-key", "key", offer("kayixin", "1005"))
    refused = benefit("refused-key", "key", offer("kayixin", "2002"))
    bundle = await world.publish(
        [
            {"id": "fixed", "benefit": "fixed-key", "reversibility": "reversible"},
            {"id": "refused", "benefit": "refused-key", "release": {"after": "PT1S"}},
        ],
        [fixed, refused],
        policy="all_or_nothing",
    )
    document = world.order(bundle)
    view = await world.fulfil(document)
    assert view.state == "partial"
    order = OrderToAdopt(
        order_id=view.order_id,
        channel="shop",
        order_no=view.order_no,
        digest="of no importance",
        bundle=view.bundle,
        version=view.version,
        lang=Language.EN,
    )
    await adopt(world.client, order)
    result = await world.run_of(document).result()
    history = await world.run_of(document).fetch_history()
    assert (result.state, result.refund) == ("partial", view.refund)
    assert EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED not in {e.event_type for e in history.events}
    assert await world.read(document) == view
