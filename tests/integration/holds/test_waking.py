"""Restock and suppliers that are back wake what was held for them: the oldest first, nobody overtakes."""

from datetime import UTC, datetime

import pytest
from temporalio.testing import ActivityEnvironment

from activities.runs.adopt import Sweeper
from activities.runs.wake import tell_woken
from domain.contract.bundle import Bundle
from domain.contract.order import OrderDocument
from domain.fulfilment.holds import HoldReason
from domain.messages import Swept
from domain.notes.general import Said
from domain.verbs.verb import Act
from storage.supply import health
from storage.supply.pool_stock import ImportedKey, PoolStock
from storage.supply.restock import waited_for, wake_for_product, wake_for_supplier
from storage.views.orders import OrderView
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.world import World


def keys(name: str, count: int) -> list[ImportedKey]:
    return [ImportedKey(cost=1, number=f"{name}-{number}-waking") for number in range(count)]


async def of_three(world: World, product: str, quantity: int = 3) -> Bundle:
    """Of our own stock, or of a supplier who has none: without him it is not accepted when we have none."""
    return await world.publish(
        [{"id": "b", "benefit": product, "quantity": quantity}],
        [benefit(product, "key", offer("pool", product), offer("kayixin", "2004"))],
        hold_for="P3D",
    )


def is_held(view: OrderView) -> bool:
    return view.deliveries[0].hold_reason is not None


def is_delivered(view: OrderView) -> bool:
    return view.deliveries[0].state == "delivered"


async def restock(world: World, product: str, name: str, count: int) -> int:
    """What `pool import` does: the keys, the book, and then the runs."""
    await world.stock_pool(product, *keys(f"{product}-{name}", count))
    level, _ = await PoolStock(world.database, world.vault).level("pool", product)
    woken = await wake_for_product(world.database, "pool", product, level, datetime.now(UTC))
    await tell_woken(world.client, woken)
    return len(woken)


async def waiting(world: World, bundle: Bundle, count: int) -> list[OrderDocument]:
    """Orders that wait for stock, the oldest first."""
    documents = [world.order(bundle) for _ in range(count)]
    for document in documents:
        await world.place(document)
    for document in documents:
        await world.until(document, is_held)
    return documents


async def test_sylius_3857_the_first_is_served_by_a_restock_and_a_later_order_waits(world: World) -> None:
    bundle = await of_three(world, "wake-b")
    await world.stock_pool("wake-b", *keys("wake-b-old", 2))
    [first] = await waiting(world, bundle, 1)
    await world.stock_pool("wake-b", *keys("wake-b-new", 1))
    later = world.order(bundle)
    await world.place(later)
    held = await world.until(later, is_held)
    assert (held.deliveries[0].hold_reason, is_held(await world.read(first))) == ("out_of_stock", True)
    woken = await wake_for_product(world.database, "pool", "wake-b", 3, datetime.now(UTC))
    await tell_woken(world.client, woken)
    served = await world.until(first, is_delivered)
    assert [event.type for event in served.events].count("delivery.woken") == 1
    assert is_held(await world.read(later))


async def test_five_that_wait_are_served_in_their_order_as_far_as_the_stock_reaches(world: World) -> None:
    bundle = await of_three(world, "wake-five")
    documents = await waiting(world, bundle, 5)
    assert await restock(world, "wake-five", "a", 7) == 2
    for document in documents[:2]:
        await world.until(document, is_delivered)
    assert [is_held(await world.read(each)) for each in documents[2:]] == [True] * 3
    assert await restock(world, "wake-five", "b", 8) == 3
    for document in documents[2:]:
        await world.until(document, is_delivered)


async def test_one_that_waits_for_more_than_there_is_keeps_no_other_one_waiting(world: World) -> None:
    large = await of_three(world, "wake-large", 10)
    [first] = await waiting(world, large, 1)
    small = await world.publish([{"id": "b", "benefit": "wake-large", "quantity": 2}], [], hold_for="P3D")
    assert await restock(world, "wake-large", "a", 3) == 0
    done = await world.fulfil(world.order(small))
    assert (done.state, is_held(await world.read(first))) == ("completed", True)


async def test_what_was_woken_is_not_woken_again_before_it_had_its_turn(world: World) -> None:
    bundle = await of_three(world, "wake-once")
    [document] = await waiting(world, bundle, 1)
    now = datetime.now(UTC)
    first = await wake_for_product(world.database, "pool", "wake-once", None, now)
    untold = await wake_for_product(world.database, "pool", "wake-once", None, now)
    reasons = [HoldReason.OUT_OF_STOCK]
    again = await wake_for_supplier(world.database, "pool", Said(text="back"), now, reasons)
    assert [[each.delivery_id for each in woken] for woken in (first, untold)] == [[first[0].delivery_id]] * 2
    assert first[0].delivery_id not in [each.delivery_id for each in again]
    told = [event.type for event in (await world.read(document)).events]
    assert told.count("delivery.woken") == 1


async def test_nobody_is_woken_for_a_stock_that_is_paused(world: World) -> None:
    bundle = await of_three(world, "wake-paused")
    await waiting(world, bundle, 1)
    wanted = ("pool", "wake-paused")
    async with world.database.transaction() as session:
        assert wanted in await waited_for(session, ["pool"])
        await health.pause(session, "pool", "lin", "a look", datetime.now(UTC))
        assert await waited_for(session, ["pool"]) == []
        await session.rollback()


async def test_who_is_next_goes_on_with_the_sweep_once_the_one_ahead_is_gone(world: World) -> None:
    bundle = await of_three(world, "wake-gone")
    [first] = await waiting(world, bundle, 1)
    await world.stock_pool("wake-gone", *keys("wake-gone", 3))
    [second] = await waiting(world, bundle, 1)
    await ask(world, await world.read(first), Act.REFUND)
    await world.finish(first)
    sweeper = Sweeper(world.client, world.database, lambda: datetime.now(UTC), ["pool"])
    await ActivityEnvironment().run(sweeper.adopt_lost_orders, Swept(orders=[]))
    await world.until(second, is_delivered)


@pytest.mark.parametrize("how", ["resumed", "answers again"])
async def test_a_supplier_that_is_back_wakes_what_was_held_for_it(fresh_world: World, how: str) -> None:
    bundle = await fresh_world.publish(
        [{"id": "video", "benefit": "wake-key"}],
        [benefit("wake-key", "key", offer("kayixin", "1001"))],
        hold_for="P3D",
    )
    async with fresh_world.database.transaction() as session:
        now = datetime.now(UTC)
        await health.pause(session, "kayixin", "lin", "a look", now)
    documents = await waiting(fresh_world, bundle, 2)
    async with fresh_world.database.transaction() as session:
        await health.resume(session, "kayixin", datetime.now(UTC))
        if how == "answers again":
            for _ in range(5):
                await health.record_failure(
                    session, "kayixin", Said(text="no answer"), datetime(2026, 1, 1, tzinfo=UTC)
                )
    if how == "resumed":
        woken = await wake_for_supplier(
            fresh_world.database, "kayixin", Said(text="resumed"), datetime.now(UTC)
        )
        ours = [document.order_no for document in documents]
        numbers = [each.run.rpartition("/")[2] for each in woken]
        assert [number for number in numbers if number in ours] == ours
        await tell_woken(fresh_world.client, woken)
    else:
        await fresh_world.fulfil(fresh_world.order(bundle))
    for document in documents:
        await fresh_world.until(document, is_delivered)
