"""What a test channel orders is bought at sandboxes alone, and what is sold for real at none."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Insert, Update, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.contract.bundle import Bundle
from domain.contract.order import OrderDocument
from domain.messages import Acceptance, PlaceOrder
from domain.planning.modes import Supply
from domain.verbs.verb import Act
from starter.desk.channels.keys import ChannelKeys
from starter.desk.errors import ActRefused, OrderRejected
from storage.channels.keys import Grant
from storage.channels.modes import mode_of
from storage.orders.acceptance import accept
from storage.supply.pool_stock import ImportedKey
from storage.supply.sandboxes import SideChanged, declare
from storage.tables import Attempt, Channel, Delivery, Order
from storage.views.orders import OrderView
from tests.integration.stock.shelves import counted
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.servers.api import key_for
from tests.support.world import World

NOW = datetime.now(UTC)


@pytest.fixture
async def test_shop(world: World) -> str:
    """The name of a test channel."""
    name = f"test-{world.token}-{next(world.numbers)}"
    await key_for(world.database, name, livemode=False)
    return name


async def sold(world: World, name: str, *offers: tuple[str, str], **more: Any) -> Bundle:
    """A bundle of one key that these connections sell."""
    offered = [offer(*each) for each in offers]
    return await world.publish([{"id": "part", "benefit": name}], [benefit(name, "key", *offered)], **more)


def bought(view: OrderView) -> list[tuple[str, str]]:
    """Where each attempt of an order was made, and what came of it."""
    return [(each.connection, each.state) for line in view.deliveries for each in line.attempts]


async def pinned(world: World, view: OrderView) -> Sequence[str]:
    """The connections that the order's first delivery may be bought at."""
    async with world.database.transaction() as session:
        offers = await session.scalar(select(Delivery.offers).where(Delivery.id == view.deliveries[0].id))
    return [each["connection"] for each in offers or []]


async def refused(world: World, document: OrderDocument) -> tuple[str, str]:
    """The code of an order's refusal, and which component it is about."""
    with pytest.raises(OrderRejected) as error:
        await world.place(document)
    return error.value.code, error.value.component


async def test_each_channel_is_served_on_its_side(world: World, test_shop: str) -> None:
    bundle = await sold(world, "both-sides", ("fulu", "10000602"), ("kayixin", "1001"))
    test = await world.fulfil(world.order(bundle, channel=test_shop))
    live = await world.fulfil(world.order(bundle))
    assert (test.state, bought(test)) == ("completed", [("kayixin-test", "delivered")])
    assert (live.state, bought(live)) == ("completed", [("fulu", "rejected"), ("kayixin", "delivered")])
    assert await pinned(world, test) == ["kayixin-test"]
    assert await pinned(world, live) == ["fulu", "kayixin"]


async def test_a_person_cannot_lead_it_over_the_border(world: World, test_shop: str) -> None:
    bundle = await sold(world, "no-crossing", ("kayixin", "2002"), hold_for="P1D")
    views = {}
    for channel, other, own in (
        (test_shop, "kayixin", "kayixin-test"),
        ("shop", "kayixin-test", "kayixin"),
    ):
        document = world.order(bundle, channel=channel)
        await world.place(document)
        view = await world.until(document, lambda seen: seen.deliveries[0].state == "held")
        with pytest.raises(ActRefused, match=f"no offer of {other} was pinned; there are: {own}"):
            await ask(world, view, Act.SUBSTITUTE, connection=other)
        await ask(world, view, Act.SUBSTITUTE, "own", connection=own)
        views[channel] = await world.until(document, lambda seen: len(seen.deliveries[0].attempts) == 2)
        await ask(world, view, Act.REFUND)
        await world.finish(document)
    assert {each for each, _ in bought(views[test_shop])} == {"kayixin-test"}
    assert {each for each, _ in bought(views["shop"])} == {"kayixin"}


@pytest.mark.parametrize("act", [Act.REISSUE, Act.REPLACE])
async def test_what_is_bought_again_stays_on_its_side(world: World, test_shop: str, act: Act) -> None:
    bundle = await sold(world, "bought-again", ("fulu", "10000587"), ("kayixin", "1001"))
    document = world.order(bundle, channel=test_shop)
    view = await world.fulfil(document)
    await ask(world, view, act, unusable=act is Act.REPLACE)
    again = await world.until(
        document,
        lambda seen: len(seen.deliveries[0].attempts) == 2 and seen.deliveries[0].state == "delivered",
    )
    assert {each for each, _ in bought(again)} == {"kayixin-test"}


async def test_each_side_has_a_stock_of_its_own(world: World, test_shop: str) -> None:
    product = f"sides-{world.token}"
    await world.stock_pool(product, ImportedKey(cost=1, number=f"{product}-live"))
    bundle = await sold(world, "own-sides", ("pool", product), hold_for="P1D")
    assert await refused(world, world.order(bundle, channel=test_shop)) == ("out_of_stock", "part")
    await world.stock_pool(product, ImportedKey(cost=1, number=f"{product}-test"), connection="pool-test")
    test = await world.fulfil(world.order(bundle, channel=test_shop))
    assert bought(test) == [("pool-test", "delivered")]
    async with world.database.transaction() as session:
        assert await counted(session, product) == {"issued": 1, "available": 1}
    live = await world.fulfil(world.order(bundle))
    assert bought(live) == [("pool", "delivered")]
    assert await refused(world, world.order(bundle)) == ("out_of_stock", "part")


async def test_limits_of_all_channels_count_each_side_apart(world: World, test_shop: str) -> None:
    limits = {"per_buyer": 1, "scope": "all_channels"}
    bundle = await sold(world, "limited-sides", ("kayixin", "1001"), limits=limits)
    other = f"{test_shop}-too"
    await key_for(world.database, other, livemode=False)
    buyer = {"buyer": {"ref": "the-same"}}
    await world.place(world.order(bundle, channel=test_shop, **buyer))
    await world.place(world.order(bundle, **buyer))
    assert await refused(world, world.order(bundle, channel=other, **buyer)) == ("limit_exceeded", "")
    assert await refused(world, world.order(bundle, channel="desk", **buyer)) == ("limit_exceeded", "")


async def forbidden(world: World, statement: Update | Insert, why: str) -> None:
    """The database does not take a statement."""
    with pytest.raises(IntegrityError, match=why):
        async with world.database.transaction() as session:
            await session.execute(statement)


async def test_the_database_lets_no_attempt_be_on_the_other_side(world: World, test_shop: str) -> None:
    bundle = await sold(world, "guarded-sides", ("kayixin", "1001"))
    for channel, other in ((test_shop, "kayixin"), ("shop", "kayixin-test")):
        view = await world.fulfil(world.order(bundle, channel=channel))
        [attempt] = view.deliveries[0].attempts
        this, why = Attempt.key == attempt.key, f"an attempt at {other} is not on the side of its order"
        await forbidden(world, update(Attempt).where(this).values(connection=other), why)
        async with world.database.transaction() as session:
            row = await session.scalar(select(Attempt).where(this))
            copy = {column.name: getattr(row, column.name) for column in Attempt.__table__.columns}
        copy |= {"id": f"att_{other}", "key": f"copy-{other}", "number": 2, "connection": other}
        await forbidden(world, insert(Attempt).values(copy), why)


async def test_an_order_has_the_mode_of_its_channel_and_a_channel_that_sold_is_live(world: World) -> None:
    name = f"unkeyed-{world.token}"
    view = await world.fulfil(world.order(await sold(world, "unkeyed", ("kayixin", "1001")), channel=name))
    assert bought(view) == [("kayixin", "delivered")]
    with pytest.raises(ActRefused, match="is a live channel and gets no test key"):
        await ChannelKeys(world.database).add(Grant(name, False, [], 1, "", "tests"))
    moved = update(Order).where(Order.id == view.order_id).values(livemode=False)
    await forbidden(world, moved, "fk_orders_channel")
    turned = update(Channel).where(Channel.name == name).values(livemode=False)
    await forbidden(world, turned, "fk_orders_channel")


async def test_a_book_that_lost_a_channel_has_it_as_it_was(world: World, test_shop: str) -> None:
    bundle, lost = await sold(world, "lost-channel", ("kayixin", "1001")), f"lost-{world.token}"
    supply = Supply(sandboxes={"kayixin": "kayixin-test"})
    async with world.database.transaction() as session:

        async def accepted(channel: str, *, livemode: bool) -> Acceptance:
            document = world.order(bundle, channel=channel)
            request = PlaceOrder(document=document, digest="any", received_at=NOW, livemode=livemode)
            return await accept(session, world.vault, request, NOW, supply)

        assert (await accepted(lost, livemode=False)).result.receipt is not None
        offers = select(Delivery.offers).join(Order, Order.id == Delivery.order_id)
        [pinned] = await session.scalars(offers.where(Order.channel == lost))
        assert [each["connection"] for each in pinned] == ["kayixin-test"]
        assert await mode_of(session, lost) is False
        refused = (await accepted(test_shop, livemode=True)).result.rejection
        assert refused is not None and refused.code == "invalid_order"
        assert refused.message == f"{test_shop} is a test channel, and was a live one when this was placed"
        await session.rollback()


async def test_no_connection_changes_sides(world: World) -> None:
    await world.fulfil(world.order(await sold(world, "sides-stay", ("kayixin", "1001"))))
    async with world.database.transaction() as session:
        with pytest.raises(SideChanged, match="connection kayixin-test was a sandbox"):
            await declare(session, {"kayixin-test": None}, NOW)
        with pytest.raises(SideChanged, match="connection kayixin sold to live channels"):
            await declare(session, {"kayixin": "other"}, NOW)
        await session.rollback()
