"""A paused order is not late, however long it waits; one that is paused past the end of its pause is."""

from datetime import UTC, datetime, timedelta

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.pauses import Pause
from domain.notes.general import Said
from domain.notes.words import clock
from domain.verbs.verb import Act
from storage.base import journal
from storage.people.order.pause import set_paused
from storage.upkeep.overdue import overdue_orders
from storage.views.orders import OrderView
from tests.integration.upkeep.test_stuck import MONTH, now, placed, sweep
from tests.support.asking import asked
from tests.support.notes import english
from tests.support.world import World

DAY = timedelta(days=1)


async def late(world: World, view: OrderView, at: datetime) -> list[str]:
    """What of an order was to be done before then, at that time."""
    async with world.database.snapshot() as session:
        found = await overdue_orders(session, at, at, 10, [view.order_id])
    return [english(why) for why in found.values()]


async def test_while_an_order_is_paused_the_time_of_a_condition_is_not_up(world: World) -> None:
    waits = {"when": "activated(video)", "by": "P60D", "otherwise": "refund"}
    gift = {"id": "gift", "benefit": "stuck-key", "release": waits}
    document = await placed(world, {"id": "video", "benefit": "stuck-key"}, gift)
    view = await world.until(document, lambda order: order.deliveries[0].state == "delivered")
    assert len(await late(world, view, now() + 61 * DAY)) == 1
    number = f"shop/{view.order_no}"
    await world.checkout.act_on_order(number, asked(view, Act.PAUSE))
    assert await late(world, view, now() + 61 * DAY) == []
    until = now() + 90 * DAY
    await world.checkout.act_on_order(number, asked(view, Act.PAUSE, "changed", until=until))
    assert await late(world, view, until) == []
    told = f"its pause was to end at {clock(until)}"
    assert await late(world, view, until + timedelta(seconds=1)) == [told]
    await world.checkout.act_on_order(number, asked(view, Act.CANCEL))
    assert (await world.finish(document)).state == "partial"


async def test_a_run_that_does_not_know_that_a_pause_is_over_is_told_and_ends_it(world: World) -> None:
    document = await placed(world, {"id": "later", "benefit": "stuck-key", "release": MONTH})
    view = await world.read(document)
    ended = datetime.now(UTC) - timedelta(hours=1)
    pause = Pause(since=ended - 2 * DAY, until=ended, shift=True)
    async with world.database.transaction() as session:
        order = await journal.lock_order(session, view.order_id)
        set_paused(session, order, HoldReason.BY_OPERATOR, Said(text="away"), pause.since, None, pause)
    swept = await sweep(world)
    assert f"shop/{view.order_no}" in swept.stuck
    resumed = await world.until(document, lambda order: order.paused is None)
    [due_before], [due_after] = ([each.due_at for each in order.deliveries] for order in (view, resumed))
    assert due_before is not None and due_after == due_before + 2 * DAY
    await world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.CANCEL))
    assert (await world.finish(document)).state == "cancelled"
