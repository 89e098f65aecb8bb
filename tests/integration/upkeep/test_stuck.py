"""An order that does not go on is found and mended whatever Temporal says of its run; a slow one is not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType

from activities.runs import status
from activities.runs.adopt import Sweeper
from activities.runs.mend import Mender, replace
from activities.runs.status import look
from domain.contract.order import OrderDocument
from domain.messages import Swept
from domain.notes.general import Said
from domain.planning.order_events import OrderEvent, OrderEventKind
from storage.base import journal
from storage.tables import Delivery
from storage.upkeep import stuck
from storage.upkeep.overdue import Work, overdue_orders
from storage.views.orders import OrderView, lines_of
from storage.views.stuck_orders import list_stuck, with_stuck
from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.world import World
from workflows.queues import ORDERS

KEY = benefit("stuck-key", "key", offer("kayixin", "1001"))
SLOW = benefit("stuck-slow", "key", offer("kayixin", "2001"))
MONTH = {"after": "P30D"}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def now() -> datetime:
    return datetime.now(UTC)


def work_of(view: OrderView) -> Work:
    return Work(view.order_id, view.channel, view.order_no)


async def sweep(world: World, told: timedelta = timedelta()) -> Swept:
    """One round of a sweep that waits so long for a run that it told."""
    sweeper = Sweeper(world.client, world.database, now, [], notified=told)
    return await sweeper.one_round(Swept(orders=[]))


async def placed(world: World, *parts: dict[str, Any], benefits: Any = (KEY,)) -> OrderDocument:
    document = world.order(await world.publish(list(parts), list(benefits)))
    await world.place(document)
    return document


async def overdue(world: World) -> tuple[OrderDocument, OrderView]:
    """An order whose run waits for a month, while its book has long had something to do."""
    document = await placed(world, {"id": "later", "benefit": "stuck-key", "release": MONTH})
    view = await world.read(document)
    async with world.database.transaction() as session:
        order = await journal.lock_order(session, view.order_id)
        row = await session.get_one(Delivery, view.deliveries[0].id)
        journal.change(
            session, order, row, "delivery.gate_opened", LONG_AGO, due_at=LONG_AGO, next_action_at=LONG_AGO
        )
    return document, view


async def wedged(world: World) -> tuple[OrderDocument, OrderView]:
    """An order whose run is of a kind that no worker knows: each of its workflow tasks fails."""
    document = await placed(world, {"id": "later", "benefit": "stuck-key", "release": MONTH})
    view = await world.read(document)
    await world.run_of(document).terminate("to be started by hand")
    run = await world.client.start_workflow("OfNoWorker", id=work_of(view).workflow_id, task_queue=ORDERS)
    async for event in run.fetch_history_events(wait_new_event=True):
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
            break
    return document, view


def events(view: OrderView) -> list[Any]:
    return [english(event.data["why"]) for event in view.events if event.type == "order.run_replaced"]


async def test_a_run_that_waits_though_its_book_is_overdue_is_told_and_goes_on(world: World) -> None:
    document, view = await overdue(world)
    number = f"shop/{view.order_no}"
    swept = await sweep(world)
    assert [number in each for each in (swept.orders, swept.stuck, swept.replaced)] == [False, True, False]
    done = await world.finish(document, seconds=30)
    assert (done.state, len(world.sales(done)), events(done)) == ("completed", 1, [])


async def test_an_order_that_is_overdue_is_listed_with_what_was_to_be_done(world: World) -> None:
    document, view = await overdue(world)
    why = "later #1 was to be bought at 2026-01-01 00:00:00+00:00"
    async with world.database.snapshot() as session:
        lines = await lines_of(session, [view.order_id], 1)
        stuck_ones = {line.order_id: line.stuck for line in await list_stuck(session, now(), limit=500)}
        newest = {line.order_id: line.stuck for line in await with_stuck(session, now(), lines)}
    assert (english(stuck_ones[view.order_id]), english(newest[view.order_id])) == (why, why)
    done = await world.checkout.adopt(f"shop/{view.order_no}")
    assert (english(done.why), done.ran) == (why, False)
    finished = await world.finish(document, seconds=30)
    assert (finished.state, len(world.sales(finished)), events(finished)) == ("completed", 1, [why])


async def test_a_run_whose_task_keeps_failing_is_told_once_and_then_replaced(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "TASK_TRIES", 2)
    document, view = await wedged(world)
    number = f"shop/{view.order_no}"
    first = await sweep(world, told=timedelta(hours=1))
    second = await sweep(world, told=timedelta(hours=1))
    assert [number in each for each in (first.stuck, second.stuck, second.replaced)] == [True, False, False]
    async with world.database.snapshot() as session:
        told = await stuck.why_stuck(session, [view.order_id])
    assert english(told[view.order_id]).startswith("its workflow task was tried ")
    third, fourth = await sweep(world), await sweep(world)
    assert [number in each for each in (third.replaced, fourth.replaced, fourth.stuck)] == [
        True,
        False,
        False,
    ]
    again = await world.read(document)
    assert (again.state, len(events(again))) == ("acknowledged", 1)
    assert not (await look(world.client, work_of(view).workflow_id)).failing
    receipt = await world.place(document)
    assert receipt.order_id == view.order_id
    await world.run_of(document).terminate("revision")


async def test_a_person_has_a_run_replaced_whose_task_fails_and_is_told_when_one_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "TASK_TRIES", 2)
    document, view = await wedged(world)
    number = f"shop/{view.order_no}"
    done = await world.checkout.adopt(number)
    assert done.why is not None and english(done.why).startswith("its workflow task was tried ")
    await world.run_of(document).query("__temporal_workflow_metadata")
    again = await world.checkout.adopt(number)
    assert (again.why, again.ran) == (None, True)
    await world.run_of(document).terminate("revision")


async def test_what_a_replaced_run_was_just_buying_is_asked_about_and_not_bought_again(world: World) -> None:
    document = await placed(world, {"id": "slow", "benefit": "stuck-slow"}, benefits=(SLOW,))
    view = await world.until(document, lambda order: bool(order.deliveries[0].attempts))
    revision = await look(world.client, work_of(view).workflow_id)
    await replace(world.client, world.database, work_of(view), revision, Said(text="to see what is bought"))
    done = await world.finish(document)
    assert (done.state, len(world.sales(done))) == ("completed", 1)


async def test_a_run_that_is_only_slow_is_left_alone(world: World) -> None:
    document = await placed(world, {"id": "slow", "benefit": "stuck-slow"}, benefits=(SLOW,))
    view = await world.until(document, lambda order: bool(order.deliveries[0].attempts))
    mender = Mender(world.client, world.database, lambda: now() + timedelta(days=1), timedelta(), timedelta())
    await mender.mend(work_of(view), Said(text="it is late"), now())
    assert (mender.notified, mender.replaced) == ([], [])
    assert (await world.finish(document)).state == "completed"


async def test_an_order_whose_deliveries_are_closed_is_overdue_until_it_is_settled(world: World) -> None:
    view = await world.fulfil(
        world.order(await world.publish([{"id": "key", "benefit": "stuck-key"}], [KEY]))
    )
    async with world.database.transaction() as session:
        order = await journal.lock_order(session, view.order_id)
        order.closed_at = None
        later = now() + timedelta(days=1)
        found = await overdue_orders(session, later, later, 10, [view.order_id])
        assert english(found[work_of(view)]).endswith("and it is not settled")
        assert await overdue_orders(session, LONG_AGO, later, 10, [view.order_id]) == {}
        await session.rollback()


async def test_what_lawfully_waits_for_something_else_is_not_overdue(world: World) -> None:
    gift = {"id": "gift", "benefit": "stuck-key", "release": {"when": "activated(video)", "by": "P60D"}}
    gift["release"]["otherwise"] = "refund"  # type: ignore[index]
    document = await placed(world, {"id": "video", "benefit": "stuck-key"}, gift)
    view = await world.until(document, lambda order: order.deliveries[0].state == "delivered")
    after_all = now() + timedelta(days=61)
    async with world.database.snapshot() as session:
        waits = await overdue_orders(session, after_all, now(), 10, [view.order_id])
        over = await overdue_orders(session, after_all, after_all, 10, [view.order_id])
    assert (waits, list(over)) == ({}, [work_of(view)])
    fact = OrderEvent(event_id="e-1", event=OrderEventKind.ACTIVATED, component="video", release=0)
    await world.checkout.report(view.order_id, fact, actor="shop")
    assert (await world.finish(document)).state == "completed"


async def test_two_who_see_it_at_once_replace_it_once(world: World) -> None:
    document, view = await overdue(world)
    work, at = work_of(view), now()
    async with world.database.transaction() as session:
        assert await stuck.to_tell(session, work, Said(text="late"), at, timedelta())
        assert not await stuck.to_tell(session, work, Said(text="late"), at, timedelta())
    outcomes = []
    for _ in range(2):
        async with world.database.transaction() as session:
            outcomes.append(await stuck.to_replace(session, work, Said(text="late"), at, at, "perkflow"))
    assert outcomes == [True, False]
    async with world.database.transaction() as session:
        assert not await stuck.to_tell(
            session, work, Said(text="late"), at + timedelta(minutes=19), timedelta(minutes=10)
        )
        assert await stuck.to_tell(
            session, work, Said(text="late"), at + timedelta(minutes=20), timedelta(minutes=10)
        )
    await world.checkout.adopt(f"shop/{view.order_no}")
    assert (await world.finish(document, seconds=30)).state == "completed"
