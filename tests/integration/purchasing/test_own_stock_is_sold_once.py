"""Keys of our own: as many as there are, each to one buyer, and one that was taken back to nobody again."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import select

from domain.verbs.verb import Act
from starter.desk.errors import OrderRejected
from storage.supply.pool_stock import ImportedKey
from storage.tables import PoolKey
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.world import World


def keys(name: str, count: int) -> list[ImportedKey]:
    return [ImportedKey(cost=1, number=f"{name}-{number}-of-our-own") for number in range(count)]


async def states(world: World, product: str) -> Counter[str]:
    """How many keys of a product are in which state."""
    async with world.database.transaction() as session:
        return Counter(await session.scalars(select(PoolKey.state).where(PoolKey.product == product)))


async def test_six_orders_of_three_at_once_on_four_keys_deliver_one_and_hold_five(world: World) -> None:
    """None is refused: another supplier is to sell it too, and turns out to have none."""
    bundle = await world.publish(
        [{"id": "b", "benefit": "once-six", "quantity": 3}],
        [benefit("once-six", "key", offer("pool", "once-six"), offer("kayixin", "2004"))],
        hold_for="P3D",
    )
    await world.stock_pool("once-six", *keys("once-six", 4))
    documents = [world.order(bundle) for _ in range(6)]
    await asyncio.gather(*(world.place(document) for document in documents))
    views = [
        await world.until(document, lambda order: order.state in ("completed", "held"))
        for document in documents
    ]
    assert Counter(view.state for view in views) == {"completed": 1, "held": 5}
    assert {view.deliveries[0].hold_reason for view in views} == {None, "out_of_stock"}
    assert await states(world, "once-six") == {"issued": 3, "available": 1}


async def test_a_key_that_was_taken_back_is_void_and_not_sold_again_after_another_import(
    world: World,
) -> None:
    bundle = await world.publish(
        [{"id": "b", "benefit": "once-void"}],
        [benefit("once-void", "key", offer("pool", "once-void"))],
        hold_for="P3D",
    )
    [key] = keys("once-void", 1)
    await world.stock_pool("once-void", key)
    document = world.order(bundle)
    await world.fulfil(document)
    await ask(world, await world.read(document), Act.REFUND)
    await world.until(document, lambda order: order.deliveries[0].state == "revoked")
    await world.stock_pool("once-void", key)
    assert await states(world, "once-void") == {"void": 1}
    with pytest.raises(OrderRejected, match="component b is out of stock: 1 wanted at once, 0 left"):
        await world.place(world.order(bundle))
