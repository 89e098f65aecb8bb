"""What was reserved is free again in the transaction in which its delivery needs it no more."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.order import Recipient
from domain.supply.outcomes import IssuedUnit
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from storage.deliveries.by_hand import hand_in_credentials
from storage.deliveries.holds import resume
from storage.deliveries.settlement import give_up
from storage.people import acts
from storage.purchasing.at_hand import of_delivery
from storage.purchasing.attempts import Decided, begin_submit
from storage.supply import health
from storage.supply.pool_stock import PoolStock
from storage.tables import Credential, Delivery, Order, PoolKey
from tests.integration.stock.shelves import ELSEWHERE, accept, counted, selling, shelve
from tests.support.asking import asked
from tests.support.documents import benefit, offer
from tests.support.world import World

CLAIM = {"claim": {"within": "PT2S", "otherwise": "refund"}}
A_DAY = {"claim": {"within": "P1D", "otherwise": "refund"}}
PHONE = Recipient.model_validate({"type": "phone", "value": "13800138041"})
Road = Callable[[World, AsyncSession, Order, Delivery], Awaitable[object]]


def now() -> datetime:
    return datetime.now(UTC)


def by_lin(act: Act, order: Order, delivery: Delivery | None = None, **more: Any) -> HumanAct:
    about = delivery.id if delivery else ""
    who: dict[str, Any] = {"request_id": "r-1", "actor": "lin", "reason": "the buyer called"}
    return HumanAct(order_id=order.id, delivery_id=about, act=act, **{**who, **more})


async def cancel(_: World, session: AsyncSession, order: Order, __: Delivery) -> None:
    await acts.act_on_order(session, by_lin(Act.CANCEL, order), now())


async def refund(_: World, session: AsyncSession, order: Order, delivery: Delivery) -> None:
    await acts.act(session, by_lin(Act.REFUND, order, delivery), now())


async def waive(_: World, session: AsyncSession, order: Order, delivery: Delivery) -> None:
    await acts.act(session, by_lin(Act.WAIVE, order, delivery), now())


async def substitute(_: World, session: AsyncSession, order: Order, delivery: Delivery) -> None:
    await acts.act(session, by_lin(Act.SUBSTITUTE, order, delivery, connection="kayixin"), now())


async def by_hand(world: World, session: AsyncSession, order: Order, delivery: Delivery) -> None:
    units = [IssuedUnit(number=f"HAND-{world.token}-{delivery.id}-{n}") for n in range(2)]
    ids = await hand_in_credentials(session, world.vault, order.id, delivery.id, units, now())
    await acts.act(session, by_lin(Act.HOLD, order, delivery, request_id="r-0"), now())
    await acts.act(session, by_lin(Act.DELIVER_BY_HAND, order, delivery, credentials=ids), now())


async def deadline(_: World, session: AsyncSession, order: Order, delivery: Delivery) -> None:
    await give_up(session, order.id, delivery.id, None, now(), ran_out=True)


async def failover(world: World, session: AsyncSession, order: Order, delivery: Delivery) -> None:
    await health.pause(session, "pool", "lin", "a look", now())
    begun = await begin_submit(
        session, world.vault, await of_delivery(session, order.id, delivery.id, 0), 0, now()
    )
    assert isinstance(begun, Decided) and begun.reply.delivery.offer == 1


@pytest.mark.parametrize("road", [cancel, refund, waive, substitute, by_hand, deadline, failover])
async def test_a_delivery_that_needs_its_keys_no_more_frees_them_at_once(world: World, road: Road) -> None:
    product = f"free-{road.__name__}".replace("_", "-")
    await shelve(world, product, 5)
    bundle = await selling(world, product, ELSEWHERE, line={"quantity": 2})
    async with world.database.transaction() as session:
        for document in (world.order(bundle), world.order(bundle)):
            receipt = (await accept(world, session, document)).result.receipt
        assert receipt is not None
        assert await counted(session, product) == {"available": 1, "reserved": 4}
        order = await session.get_one(Order, receipt.order_id)
        [delivery] = await session.scalars(select(Delivery).where(Delivery.order_id == order.id))
        await road(world, session, order, delivery)
        await session.flush()
        assert await counted(session, product) == {"available": 3, "reserved": 2}
        of_his = select(PoolKey.id).where(PoolKey.reserved_for == delivery.id)
        assert (await session.scalars(of_his)).all() == []
        await session.rollback()


@pytest.mark.parametrize("how", ["held and let go on", "held by its supplier's pause"])
async def test_what_only_waits_keeps_its_keys(world: World, how: str) -> None:
    product = f"keep-{how.split()[1]}"
    await shelve(world, product, 3)
    bundle = await selling(world, product, line={"quantity": 2})
    async with world.database.transaction() as session:
        receipt = (await accept(world, session, world.order(bundle))).result.receipt
        assert receipt is not None
        order = await session.get_one(Order, receipt.order_id)
        [delivery] = await session.scalars(select(Delivery).where(Delivery.order_id == order.id))
        if how == "held and let go on":
            await acts.act(session, by_lin(Act.HOLD, order, delivery), now())
            await acts.act(session, by_lin(Act.RELEASE, order, delivery, request_id="r-2"), now())
        else:
            await health.pause(session, "pool", "lin", "a look", now())
            await begin_submit(
                session, world.vault, await of_delivery(session, order.id, delivery.id, 0), 0, now()
            )
            assert delivery.state == "held"
            await resume(session, order.id, delivery.id, now())
        await session.flush()
        assert await counted(session, product) == {"available": 1, "reserved": 2}
        await session.rollback()


async def test_what_a_second_pool_has_reserved_stays_while_the_first_one_is_left(world: World) -> None:
    await shelve(world, "free-a", 1)
    await shelve(world, "free-b", 2)
    bundle = await selling(world, "free-a", ("pool", "free-b"), ELSEWHERE, line={"quantity": 2})
    async with world.database.transaction() as session:
        receipt = (await accept(world, session, world.order(bundle))).result.receipt
        assert receipt is not None
        [delivery] = await session.scalars(select(Delivery).where(Delivery.order_id == receipt.order_id))
        found = []
        for at in (1, 2):
            delivery.offer = at
            await session.flush()
            found.append(await counted(session, "free-b"))
        assert found == [{"reserved": 2}, {"available": 2}]
        await session.rollback()


async def test_an_account_that_never_comes_frees_the_key_at_its_deadline(world: World) -> None:
    await shelve(world, "free-claim", 1)
    bundle = await selling(world, "free-claim", line=CLAIM)
    document = world.order(bundle)
    await world.place(document)
    async with world.database.transaction() as session:
        assert await counted(session, "free-claim") == {"reserved": 1}
    assert (await world.finish(document)).deliveries[0].state == "cancelled"
    async with world.database.transaction() as session:
        assert await counted(session, "free-claim") == {"available": 1}


async def test_an_order_that_is_undone_frees_what_it_had_not_bought_yet(world: World) -> None:
    """Its first part cannot be had, and the policy gives all of it up; the second one waits for that."""
    await shelve(world, "free-undone", 1)
    parts = [
        benefit("free-lost", "key", offer("kayixin", "2004")),
        benefit("free-undone", "key", offer("pool", "free-undone")),
    ]
    lines = [{"id": "lost", "benefit": "free-lost", "reversibility": "reversible"}]
    lines.append({"id": "gift", "benefit": "free-undone"})
    bundle = await world.publish(lines, parts, policy="all_or_nothing", hold_for="PT2S")
    view = await world.fulfil(world.order(bundle))
    assert [each.state for each in view.deliveries] == ["failed", "cancelled"]
    async with world.database.transaction() as session:
        assert await counted(session, "free-undone") == {"available": 1}


@pytest.mark.parametrize(
    ("others", "why", "left", "level"),
    [(1, None, {"issued": 2, "available": 1}, (0, 0)), (0, "out_of_stock", {"available": 2}, (1, 1))],
    ids=["another one is there", "there is no other one"],
)
async def test_a_reserved_key_that_expired_meanwhile_is_not_handed_over(
    world: World, others: int, why: str | None, left: dict[str, int], level: tuple[int, int]
) -> None:
    product = f"free-expired-{others}"
    soon = now() + timedelta(seconds=3)
    await shelve(world, product, 1, name="soon", expires_at=soon)
    await shelve(world, product, 1, name="long")
    bundle = await selling(world, product, line={"quantity": 2, **A_DAY})
    document = world.order(bundle)
    await world.place(document)
    async with world.database.transaction() as session:
        assert await counted(session, product) == {"reserved": 2}
    await shelve(world, product, others, name="new")
    await asyncio.sleep(max(0.0, (soon - now()).total_seconds()) + 0.2)
    view = await world.read(document)
    request = asked(view, Act.BIND_RECIPIENT, "given")
    await world.checkout.bind_recipient(f"shop/{view.order_no}", "shared", PHONE, request)
    done = await world.until(
        document,
        lambda order: order.deliveries[0].hold_reason == why and len(order.deliveries[0].attempts) == 1,
    )
    async with world.database.transaction() as session:
        assert await counted(session, product) == left
        keys = select(Credential.expires_at).where(Credential.delivery_id == done.deliveries[0].id)
        assert set(await session.scalars(keys)) <= {None}
    assert await PoolStock(world.database, world.vault).level("pool", product) == level
