"""How a hold before payment ends, and what it keeps until then."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from domain.verbs.verb import Act
from starter.desk.selling.check import Checked
from starter.desk.selling.holds import free_hold
from storage.orders.holds import KEPT, forget_holds
from storage.supply.pool_stock import PoolStock
from storage.tables import HoldToken, PoolKey
from tests.integration.stock.held import A_WHILE, expire, held, hold, kept, place
from tests.integration.stock.shelves import ELSEWHERE, counted, selling, shelve
from tests.support.asking import ask
from tests.support.world import World


async def test_an_expired_hold_keeps_nothing_and_its_order_is_as_any_other(world: World) -> None:
    await shelve(world, "hold-over", 1)
    bundle = await selling(world, "hold-over", limits={"per_buyer": 1})
    first = world.order(bundle)
    over = await held(world, first)
    stock = PoolStock(world.database, world.vault)
    assert await stock.level("pool", "hold-over") == (0, 0)
    assert await place(world, world.order(bundle)) == "out_of_stock"
    await expire(world, over)
    assert await stock.level("pool", "hold-over") == (1, 1)
    second = world.order(bundle)
    kept_by_second = await held(world, second)
    assert await place(world, first, over.token) == "out_of_stock"
    await expire(world, kept_by_second)
    assert await place(world, first, over.token) == "accepted"
    assert (await world.finish(first)).state == "completed"
    assert await kept(world, "hold-over") == (0, 0, 0, 1)


async def test_whoever_buys_what_an_expired_hold_kept_is_issued_it(world: World) -> None:
    await shelve(world, "hold-stale", 1)
    bundle = await selling(world, "hold-stale")
    await expire(world, await held(world, world.order(bundle)))
    stock = PoolStock(world.database, world.vault)
    assert len(await stock.issue("pool", "hold-stale", f"stale-{world.token}", 1) or ()) == 1
    assert await kept(world, "hold-stale") == (0, 0, 0, 1)


async def test_a_hold_that_is_freed_leaves_its_keys_and_its_limit_to_others(world: World) -> None:
    await shelve(world, "hold-freed", 1)
    bundle = await selling(world, "hold-freed", limits={"per_buyer": 1})
    first, again = world.order(bundle), world.order(bundle)
    again = again.model_copy(update={"buyer": first.buyer})
    made = await held(world, first)
    refused = (await hold(world, again)).refusal
    assert refused is not None and refused.code == "limit_exceeded"
    await free_hold(world.checkout.runs, "shop", made.id)
    await free_hold(world.checkout.runs, "shop", made.id)
    assert await kept(world, "hold-freed") == (1, 0, 0, 0)
    assert await place(world, again, made.token) == "accepted"


async def test_the_same_number_has_one_hold_and_the_last_one_counts(world: World) -> None:
    await shelve(world, "hold-again", 3)
    bundle = await selling(world, "hold-again", line={"quantity": 2}, limits={"per_buyer": 1})
    document = world.order(bundle)
    first, second = await held(world, document), await held(world, document)
    assert await kept(world, "hold-again") == (1, 2, 0, 0)
    async with world.database.snapshot() as session:
        keepers = set(await session.scalars(select(PoolKey.held_for).where(PoolKey.held_for.is_not(None))))
    assert second.id in keepers and first.id not in keepers
    assert await place(world, document, second.token) == "accepted"


async def test_a_holder_is_served_before_those_who_wait_for_stock(world: World) -> None:
    await shelve(world, "hold-line", 1)
    bundle = await selling(world, "hold-line")
    document = world.order(bundle)
    token = (await held(world, document)).token
    waits = world.order(await selling(world, "hold-line", ("kayixin", "2004"), line={"quantity": 1}))
    await world.place(waits)
    await world.until(waits, lambda order: order.deliveries[0].hold_reason == "out_of_stock")
    assert await place(world, document, token) == "accepted"
    assert (await world.finish(document)).state == "completed"
    await ask(world, await world.read(waits), Act.REFUND)


async def test_a_hold_whose_order_is_refused_keeps_what_it_had(world: World) -> None:
    """One of its two keys has expired meanwhile, and there is no other one."""
    await shelve(world, "hold-short", 2)
    bundle = await selling(world, "hold-short", line={"quantity": 2})
    document = world.order(bundle)
    made = await held(world, document)
    async with world.database.transaction() as session:
        of_it = select(PoolKey.id).where(PoolKey.held_for == made.id).limit(1).scalar_subquery()
        gone = PoolKey.imported_at - timedelta(days=1)
        await session.execute(update(PoolKey).where(PoolKey.id == of_it).values(expires_at=gone))
    assert await place(world, document, made.token) == "out_of_stock"
    async with world.database.snapshot() as session:
        rows = select(PoolKey.held_for).where(PoolKey.product == "hold-short")
        assert list(await session.scalars(rows)) == [made.id] * 2
    await shelve(world, "hold-short", 1, name="more")
    assert await place(world, document, made.token) == "accepted"
    assert (await world.finish(document)).state == "completed"


async def test_where_somebody_else_sells_it_too_a_hold_takes_what_there_is(world: World) -> None:
    await shelve(world, "hold-else", 1)
    bundle = await selling(world, "hold-else", ELSEWHERE, line={"quantity": 2})
    document = world.order(bundle)
    token = (await held(world, document)).token
    assert await kept(world, "hold-else") == (1, 0, 0, 0)
    assert await place(world, document, token) == "accepted"
    assert (await world.finish(document)).state == "completed"


async def test_nothing_is_held_for_an_order_that_is_refused_or_was_accepted(world: World) -> None:
    await shelve(world, "hold-none", 2)
    bundle = await selling(world, "hold-none")
    too_many = world.order(bundle, quantity=3)
    assert (await hold(world, too_many)).hold is None
    document = world.order(bundle)
    await world.fulfil(document)
    assert await hold(world, document) == Checked()
    assert await kept(world, "hold-none") == (1, 0, 0, 1)
    async with world.database.snapshot() as session:
        numbers = (too_many.order_no, document.order_no)
        rows = select(HoldToken.id).where(HoldToken.order_no.in_(numbers))
        assert list(await session.scalars(rows)) == []


async def test_a_hold_is_forgotten_a_week_after_its_end(world: World) -> None:
    await shelve(world, "hold-swept", 2)
    bundle = await selling(world, "hold-swept")
    young, old = await held(world, world.order(bundle)), await held(world, world.order(bundle))
    async with world.database.transaction() as session:
        ago = HoldToken.expires_at - KEPT - A_WHILE - timedelta(minutes=1)
        await session.execute(update(HoldToken).where(HoldToken.id == old.id).values(expires_at=ago))
        await forget_holds(session)
        rows = select(HoldToken.id).where(HoldToken.id.in_([young.id, old.id]))
        assert list(await session.scalars(rows)) == [young.id]


async def test_the_token_is_nowhere_in_the_book(world: World) -> None:
    await shelve(world, "hold-secret", 1)
    made = await held(world, world.order(await selling(world, "hold-secret")))
    assert made.token not in repr(made)
    async with world.database.snapshot() as session:
        row = await session.get_one(HoldToken, made.id)
    assert made.token not in str(vars(row))


async def test_the_database_lets_only_an_available_key_be_held(world: World) -> None:
    await shelve(world, "hold-check", 1)
    mine = update(PoolKey).where(PoolKey.product == "hold-check")
    with pytest.raises(IntegrityError, match="held"):
        async with world.database.transaction() as session:
            await session.execute(mine.values(held_for="hld_1"))
    async with world.database.transaction() as session:
        assert await counted(session, "hold-check") == {"available": 1}
