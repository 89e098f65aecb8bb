"""What is reserved when an order is accepted: how much, from where, and what is not."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from domain.verbs.verb import Act
from starter.desk.errors import OrderRejected
from storage.supply.pool_stock import PoolStock
from storage.supply.reserving import Contended
from storage.tables import Delivery, Order, PoolKey
from tests.integration.stock.shelves import ELSEWHERE, SOLD_OUT, accept, counted, selling, shelve
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.world import World

CLAIM = {"claim": {"within": "P1D", "otherwise": "refund"}}


@pytest.mark.parametrize(
    ("line", "reserved"),
    [
        ({}, 2),
        (CLAIM, 2),
        ({"release": {"after": "PT1H"}}, 0),
        ({"release": {"every": "P1D", "times": 3}}, 2),
        ({"release": {"when": "confirmed", "by": "P1D", "otherwise": "refund"}}, 0),
    ],
    ids=["at once", "for an account to come", "later", "the first of three", "at an event"],
)
async def test_what_is_due_at_once_is_reserved_and_nothing_else(
    world: World, line: dict[str, Any], reserved: int, request: pytest.FixtureRequest
) -> None:
    product = f"reserve-{request.node.callspec.id}".replace(" ", "-")
    await shelve(world, product, 7)
    bundle = await selling(world, product, line={"quantity": 2, **line})
    async with world.database.transaction() as session:
        assert (await accept(world, session, world.order(bundle))).result.receipt is not None
        wanted = {"reserved": reserved, "available": 7 - reserved}
        assert await counted(session, product) == {each: n for each, n in wanted.items() if n}
        await session.rollback()


async def test_the_first_to_expire_is_reserved_and_what_has_expired_is_not(world: World) -> None:
    now = datetime.now(UTC)
    for name, at in (("late", now + timedelta(days=9)), ("soon", now + timedelta(days=2)), ("gone", now)):
        await shelve(world, "reserve-ends", 1, name=name, expires_at=at)
    await shelve(world, "reserve-ends", 1, name="never")
    bundle = await selling(world, "reserve-ends", line={"quantity": 2})
    async with world.database.transaction() as session:
        await accept(world, session, world.order(bundle))
        ends = select(PoolKey.expires_at).where(PoolKey.state == "reserved").order_by(PoolKey.expires_at)
        mine = list(await session.scalars(ends.where(PoolKey.product == "reserve-ends")))
        assert mine == [now + timedelta(days=2), now + timedelta(days=9)]
        refused = (await accept(world, session, world.order(bundle))).result.rejection
        assert refused is not None and (refused.code, refused.component) == ("out_of_stock", "gift")
        await session.rollback()


async def test_where_another_supplier_sells_it_too_nothing_is_refused_and_it_comes_from_there(
    world: World,
) -> None:
    await shelve(world, "reserve-short", 1)
    bundle = await selling(world, "reserve-short", ELSEWHERE, line={"quantity": 2})
    view = await world.fulfil(world.order(bundle))
    bought = [(each.connection, each.state) for each in view.deliveries[0].attempts]
    assert bought == [("pool", "rejected"), ("kayixin", "delivered")]
    async with world.database.transaction() as session:
        assert await counted(session, "reserve-short") == {"available": 1}


async def test_where_another_supplier_comes_first_our_own_stock_is_left_alone(world: World) -> None:
    await shelve(world, "reserve-second", 1)
    sold = benefit("reserve-second", "key", offer(*ELSEWHERE), offer("pool", "reserve-second"))
    bundle = await world.publish([{"id": "gift", "benefit": "reserve-second"}], [sold])
    async with world.database.transaction() as session:
        await accept(world, session, world.order(bundle))
        assert await counted(session, "reserve-second") == {"available": 1}
        await session.rollback()


async def test_a_second_pool_is_reserved_from_where_the_first_one_is_short(world: World) -> None:
    await shelve(world, "reserve-a", 1)
    await shelve(world, "reserve-b", 3)
    bundle = await selling(world, "reserve-a", ("pool", "reserve-b"), line={"quantity": 2})
    first, later = world.order(bundle), world.order(bundle)
    assert (await world.fulfil(first)).state == "completed"
    with pytest.raises(OrderRejected, match="component gift is out of stock: 2 wanted at once, 1 left"):
        await world.place(later)
    async with world.database.transaction() as session:
        assert await counted(session, "reserve-a") == {"available": 1}
        assert await counted(session, "reserve-b") == {"issued": 2, "available": 1}


async def test_an_order_of_which_one_part_is_short_reserves_nothing(world: World) -> None:
    await shelve(world, "reserve-plenty", 5)
    ours = [
        benefit(f"reserve-{each}", "key", offer("pool", f"reserve-{each}")) for each in ("plenty", "none")
    ]
    bundle = await world.publish([{"id": each["id"], "benefit": each["id"]} for each in ours], ours)
    document = world.order(bundle)
    with pytest.raises(OrderRejected) as refused:
        await world.place(document)
    assert refused.value.component == "reserve-none"
    async with world.database.transaction() as session:
        assert await counted(session, "reserve-plenty") == {"available": 5}
        of_it = select(Order.id).where(Order.order_no == document.order_no)
        assert (await session.scalars(select(Delivery).where(Delivery.order_id.in_(of_it)))).all() == []


async def test_an_order_that_the_book_has_lost_is_not_refused_for_what_is_left_in_stock(
    world: World,
) -> None:
    await shelve(world, "reserve-lost", 1)
    bundle = await selling(world, "reserve-lost", line={"quantity": 2})
    async with world.database.transaction() as session:
        again = await accept(world, session, world.order(bundle), accepted_before=True)
        assert again.result.receipt is not None
        assert await counted(session, "reserve-lost") == {"available": 1}
        await session.rollback()


async def test_nobody_overtakes_who_waits_for_keys_already(world: World) -> None:
    """Two keys are kept for who waits for two; a third is anybody's."""
    waits = await selling(world, "reserve-line", SOLD_OUT, line={"quantity": 2})
    only_ours = benefit("reserve-line", "key", offer("pool", "reserve-line"))
    at_once = await world.publish([{"id": "gift", "benefit": "reserve-line"}], [only_ours])
    first = world.order(waits)
    await world.place(first)
    await world.until(first, lambda order: order.deliveries[0].hold_reason == "out_of_stock")
    await shelve(world, "reserve-line", 2, name="a")
    with pytest.raises(OrderRejected, match="1 wanted at once, 0 left"):
        await world.place(world.order(at_once))
    await shelve(world, "reserve-line", 1, name="b")
    assert (await world.fulfil(world.order(at_once))).state == "completed"
    await ask(world, await world.read(first), Act.RETRY)
    assert (await world.finish(first)).state == "completed"


async def test_what_is_reserved_is_sold_to_nobody_else(world: World) -> None:
    await shelve(world, "reserve-mine", 3)
    bundle = await selling(world, "reserve-mine", line={"quantity": 2, **CLAIM})
    stock = PoolStock(world.database, world.vault)
    document = world.order(bundle)
    await world.place(document)
    assert await stock.level("pool", "reserve-mine") == (1, 1)
    assert await stock.issue("pool", "reserve-mine", "somebody-else", 2) is None
    assert len(await stock.issue("pool", "reserve-mine", "somebody", 1) or ()) == 1
    await ask(world, await world.read(document), Act.REFUND)


async def test_what_others_take_at_this_moment_is_waited_for_and_not_taken_for_gone(world: World) -> None:
    """Whoever has the last key locked may still leave it: nobody is turned away before that is decided."""
    await shelve(world, "reserve-race", 1)
    bundle = await selling(world, "reserve-race")
    async with world.database.transaction() as first, world.database.transaction() as second:
        await accept(world, first, world.order(bundle))
        with pytest.raises(Contended):
            await accept(world, second, world.order(bundle))
        await second.rollback()
        placing = asyncio.create_task(world.place(world.order(bundle)))
        await asyncio.sleep(0.5)
        assert not placing.done()
        await first.rollback()
    assert (await placing).state == "acknowledged"


@pytest.mark.parametrize(
    ("state", "reserved", "bought"),
    [
        ("reserved", False, False),
        ("reserved", True, True),
        ("available", True, False),
        ("issued", True, False),
    ],
)
async def test_the_database_allows_a_reserved_key_one_delivery_and_no_purchase(
    world: World, state: str, reserved: bool, bought: bool
) -> None:
    product = f"reserve-{state}-{bought}".lower()
    await shelve(world, product, 1)
    bundle = await selling(world, product, line=CLAIM)
    with pytest.raises(IntegrityError, match="owner"):
        async with world.database.transaction() as session:
            receipt = (await accept(world, session, world.order(bundle))).result.receipt
            assert receipt is not None
            of_it = select(Delivery.id).where(Delivery.order_id == receipt.order_id).scalar_subquery()
            values = {"reserved_for": of_it if reserved else None, "purchase_key": "k" if bought else None}
            await session.execute(
                update(PoolKey).where(PoolKey.product == product).values(state=state, **values)
            )
