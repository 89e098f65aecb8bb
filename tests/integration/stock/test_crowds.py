"""A crowd before our own stock: as many orders are accepted as there are keys, and nobody is held."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from temporalio.service import RPCError

from domain.contract.order import OrderDocument
from domain.messages import OrderReceipt
from starter.desk.errors import OrderRejected, ReceiptPending
from storage.base.unavailable import DatabaseUnavailable
from storage.supply.pool_stock import PoolStock
from storage.tables import Credential, Delivery, Event, Order
from tests.integration.stock.shelves import counted, selling, shelve
from tests.support.world import World

PATIENCE = timedelta(minutes=9)
LATER = (RPCError, ReceiptPending, DatabaseUnavailable)


async def insist(world: World, document: OrderDocument) -> OrderReceipt | OrderRejected:
    """Place an order as a patient checkout system does, which asks again until it is answered.

    Whoever asks again after a refusal that did not reach him is refused once more, under the same number.
    """
    while True:
        try:
            return await world.checkout.place(document, PATIENCE)
        except OrderRejected as refused:
            return refused
        except LATER:
            await asyncio.sleep(0.5)


@pytest.mark.parametrize(
    ("orders", "keys"),
    [
        (50, 10),
        pytest.param(500, 100, marks=[pytest.mark.slow, pytest.mark.timeout(600)]),
    ],
)
async def test_a_crowd_gets_as_many_keys_as_there_are_and_the_rest_is_turned_away(
    world: World, orders: int, keys: int
) -> None:
    product = f"crowd-{orders}"
    await shelve(world, product, keys)
    bundle = await selling(world, product)
    documents = [world.order(bundle) for _ in range(orders)]
    placed = await asyncio.gather(*(insist(world, document) for document in documents))
    refused = [each for each in placed if isinstance(each, OrderRejected)]
    assert Counter(type(each).__name__ for each in placed) == {
        "OrderReceipt": keys,
        "OrderRejected": orders - keys,
    }
    assert {(each.code, each.component, str(each)) for each in refused} == {
        ("out_of_stock", "gift", "component gift is out of stock: 1 wanted at once, 0 left")
    }
    taken = [d for d, each in zip(documents, placed, strict=True) if not isinstance(each, OrderRejected)]
    views = [await world.finish(document) for document in taken]
    assert [view.state for view in views] == ["completed"] * keys
    ids = [delivery.id for view in views for delivery in view.deliveries]
    of_the_bundle = Order.bundle_id == bundle.id
    async with world.database.transaction() as session:
        assert await counted(session, product) == {"issued": keys}
        prints = list(
            await session.scalars(select(Credential.fingerprint).where(Credential.delivery_id.in_(ids)))
        )
        assert (len(prints), len(set(prints))) == (keys, keys)
        held = select(func.count()).select_from(Event).join(Order).where(of_the_bundle)
        assert await session.scalar(held.where(Event.type == "delivery.held")) == 0
        deliveries = select(func.count()).select_from(Delivery).join(Order).where(of_the_bundle)
        assert await session.scalar(deliveries) == keys
        ended = select(Order.order_no, Order.state).where(of_the_bundle).distinct()
        states = Counter(state for _, state in await session.execute(ended))
    assert states == {"completed": keys, "rejected": orders - keys}


async def test_of_six_that_want_three_of_four_keys_at_once_one_is_accepted(world: World) -> None:
    await shelve(world, "crowd-three", 4)
    bundle = await selling(world, "crowd-three", line={"quantity": 3})
    documents = [world.order(bundle) for _ in range(6)]
    placed = await asyncio.gather(*(insist(world, document) for document in documents))
    [taken] = [d for d, each in zip(documents, placed, strict=True) if not isinstance(each, OrderRejected)]
    assert (await world.finish(taken)).state == "completed"
    async with world.database.transaction() as session:
        assert await counted(session, "crowd-three") == {"issued": 3, "available": 1}


async def test_an_order_that_is_placed_again_and_again_takes_its_keys_once(world: World) -> None:
    await shelve(world, "crowd-again", 5)
    bundle = await selling(world, "crowd-again", line={"quantity": 2})
    document = world.order(bundle)
    receipts = await asyncio.gather(*(world.place(document) for _ in range(4)))
    await world.finish(document)
    later = await world.place(document)
    assert {each.order_id for each in [*receipts, later]} == {later.order_id}
    async with world.database.transaction() as session:
        assert await counted(session, "crowd-again") == {"issued": 2, "available": 3}


async def test_a_number_that_was_turned_away_is_taken_once_there_are_keys(world: World) -> None:
    bundle = await selling(world, "crowd-later")
    document = world.order(bundle)
    for _ in range(2):
        with pytest.raises(OrderRejected):
            await world.place(document)
    await shelve(world, "crowd-later", 1)
    assert (await world.fulfil(document)).state == "completed"
    assert await PoolStock(world.database, world.vault).level("pool", "crowd-later") == (0, 0)
