"""What each run and each call is queued with: its channel, and whether a person waits for it."""

from temporalio.common import Priority

from activities.runs.cases import open_reversal
from domain.keys import case_workflow_id
from domain.verbs.verb import Act
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.world import World

KEY = benefit("queued-key", "key", offer("kayixin", "1001"))
NONE = benefit("queued-none", "key", offer("kayixin", "2004"))

ROUTINE = Priority(priority_key=3, fairness_key="shop")
INHERITED = Priority()
"""All that the run is queued with."""
SUPPORT = Priority(priority_key=2, fairness_key="shop")


async def calls_of(world: World, run: str) -> list[Priority]:
    """What a run asked for its calls at suppliers, in their order; the rest they have from the run."""
    history = await world.client.get_workflow_handle(run).fetch_history()
    return [
        Priority._from_proto(event.activity_task_scheduled_event_attributes.priority)
        for event in history.events
        if event.HasField("activity_task_scheduled_event_attributes")
    ]


async def run_of(world: World, run: str) -> Priority:
    """What a run is queued with."""
    info = (await world.client.get_workflow_handle(run).describe()).raw_info
    return Priority._from_proto(info.priority)


async def test_the_first_call_after_a_persons_act_comes_before_routine_work(world: World) -> None:
    document = world.order(await world.publish([{"id": "none", "benefit": "queued-none"}], [NONE]))
    await world.place(document)
    view = await world.until(document, lambda order: order.state == "held")
    await ask(world, view, Act.RETRY)
    await world.until(document, lambda order: len(order.deliveries[0].attempts) == 2)
    run = f"order/shop/{document.order_no}"
    assert await run_of(world, run) == ROUTINE
    assert (await calls_of(world, run))[:2] == [INHERITED, Priority(priority_key=2)]


async def test_a_case_that_a_person_opened_comes_before_routine_work(world: World) -> None:
    bundle = await world.publish([{"id": "key", "benefit": "queued-key"}], [KEY])
    reissued, reversed_ = [await world.fulfil(world.order(bundle)) for _ in range(2)]
    await ask(world, reissued, Act.REISSUE)
    await open_reversal(world.client, world.database, reversed_.order_id, reversed_.deliveries[0].id)
    cases = [case_workflow_id("shop", order.order_no, 1) for order in (reissued, reversed_)]
    assert [await run_of(world, case) for case in cases] == [SUPPORT, ROUTINE]
