"""Restore drills: a database put back to a copy minutes old. No supplier is paid twice; what nobody can
know is held.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import httpx
import psycopg
import pytest
from sqlalchemy import make_url
from temporalio.testing import ActivityEnvironment

from activities.runs.adopt import Sweeper
from domain.contract.order import OrderDocument
from domain.fulfilment.states import DeliveryState as D
from domain.messages import Swept
from simulator.serving.server import Simulators
from storage.supply.health import read_health
from storage.supply.pool_stock import ImportedKey
from storage.views.orders import OrderView, read_order
from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.servers.worlds import OwnWorld
from tests.support.world import World, working

pytestmark = pytest.mark.slow

SOON = {"after": "PT6S"}
BENEFITS = [
    benefit("now-key", "key", offer("kayixin", "1001")),
    benefit("second-key", "key", offer("kayixin", "2004"), offer("fulu", "10000601", priority=20)),
    benefit("pool-key", "key", offer("pool", "gift")),
]


@pytest.fixture
async def restocked(simulators: Simulators) -> AsyncIterator[httpx.AsyncClient]:
    """The door through which a product that is out of stock can be had again; closed after the test."""
    async with httpx.AsyncClient(base_url=simulators["kayixin"].url) as door:
        yield door
        await door.put("/_admin/products/2004", json={"mode": "out_of_stock"})


def sql(world_url: str, *statements: str) -> None:
    """Run statements beside the database of this URL."""
    url = make_url(world_url)
    with psycopg.connect(
        host=str(url.query["host"]), user=url.username, dbname="postgres", autocommit=True
    ) as connection:
        for statement in statements:
            connection.execute(statement)


def copied(old: str, new: str) -> str:
    return f'CREATE DATABASE "{new}" TEMPLATE "{old}"'


@pytest.mark.parametrize("copied_at", ["when it was accepted", "before it was placed"])
async def test_a_database_put_back_to_a_copy_buys_nothing_twice(
    copied_at: str,
    own_world: OwnWorld,
    postgres_url: str,
    simulators: Simulators,
    restocked: httpx.AsyncClient,
) -> None:
    name, copy = (f"{what}_{copied_at.split()[0]}" for what in ("restored", "the_copy"))
    async with own_world(name) as world:
        url = world.variables["PERKFLOW_DATABASE_URL"]
        await world.stock_pool("gift", ImportedKey(cost=1, number="g-1", password="p-1"))
        bundle = await world.publish(
            [
                {"id": "now", "benefit": "now-key", "release": SOON},
                {"id": "second", "benefit": "second-key", "release": SOON},
                {"id": "gift", "benefit": "pool-key", "release": SOON},
                {"id": "later", "benefit": "now-key", "release": {"after": "PT20S"}},
            ],
            BENEFITS,
            hold_for="P1D",
        )
        document = world.order(bundle)
        if copied_at == "before it was placed":
            await world.database.close()
            sql(url, copied(name, copy))
        async with working(world.workers()):
            await world.place(document)
        if copied_at == "when it was accepted":
            await world.database.close()
            sql(url, copied(name, copy))

        async with working(world.workers()):
            before = await world.until(document, got("now", "second", "gift"))
        sold = world.sales(before)
        assert len(sold) == 2
        await world.database.close()
        sql(url, f'DROP DATABASE "{name}"', copied(copy, name))
        await restocked.put("/_admin/products/2004", json={"mode": "ok"})

        async with working(world.workers()):
            await known_again(world, document)
            after = await world.until(document, settled_but_the_gift)
        await world.run_of(document).terminate("the drill is over")
    assert [(d.component, d.state) for d in after.deliveries] == [
        ("now", D.DELIVERED),
        ("second", D.DELIVERED),
        ("gift", D.HELD),
        ("later", D.DELIVERED),
    ]
    bought = {sale.order_number for sale in world.sales(after)}
    assert {sale.order_number for sale in sold} <= bought
    assert len(world.sales(after)) == len(bought) == 3
    assert "put back" in english(after.deliveries[2].note)
    assert after.deliveries[1].attempts[-1].connection == "fulu"


async def test_what_was_fulfilled_after_the_copy_is_asked_about_or_held(
    own_world: OwnWorld, postgres_url: str, simulators: Simulators, restocked: httpx.AsyncClient
) -> None:
    """Its run has ended, so nobody is left who knows: nothing is bought, nor sold from our own stock."""
    async with own_world("ended") as world:
        url = world.variables["PERKFLOW_DATABASE_URL"]
        keys = [ImportedKey(cost=1, number=f"e-{number}", password="p") for number in (1, 2)]
        await world.stock_pool("gift", *keys)
        bundle = await world.publish(
            [
                {"id": "second", "benefit": "second-key", "release": SOON},
                {"id": "gift", "benefit": "pool-key", "release": SOON},
            ],
            BENEFITS,
            hold_for="P1D",
        )
        before, after = world.order(bundle), world.order(bundle)
        sweeper = Sweeper(world.client, world.database, lambda: datetime.now(UTC), ["pool"])
        sweep = ActivityEnvironment()
        async with working(world.workers()):
            await world.place(before)
            first = await sweep.run(sweeper.adopt_lost_orders, Swept(orders=[]))
        await world.database.close()
        sql(url, copied("ended", "ended_copy"))
        async with working(world.workers()):
            await world.finish(before)
            await world.place(after)
            await world.finish(after)
            last = await sweep.run(sweeper.adopt_lost_orders, first)
        sold = [world.sales(await world.read(order)) for order in (before, after)]
        await world.database.close()
        sql(url, 'DROP DATABASE "ended"', copied("ended_copy", "ended"))
        await restocked.put("/_admin/products/2004", json={"mode": "ok"})

        async with working(world.workers()):
            swept = await sweep.run(sweeper.adopt_lost_orders, last)
            for order in (before, after):
                await known_again(world, order)
            views = [await world.until(order, all_held) for order in (before, after)]
            async with world.database.transaction() as session:
                health = {one.connection: one.paused_by for one in await read_health(session)}
            again = await sweep.run(sweeper.adopt_lost_orders, swept)
    assert (swept.notified, again.notified) == (2, 0)
    assert health == {"pool": "perkflow"}
    assert [[d.state for d in view.deliveries] for view in views] == [[D.HELD, D.HELD]] * 2
    assert [d.hold_reason for view in views for d in view.deliveries] == ["needs_attention"] * 4
    assert [len(sales) for sales in sold] == [1, 1]
    assert [world.sales(view) for view in views] == [[], []]


async def known_again(world: World, document: OrderDocument) -> None:
    """Wait until the book has the order."""
    for _ in range(120):
        async with world.database.transaction() as session:
            if await read_order(session, f"{document.channel}/{document.order_no}"):
                return
        await asyncio.sleep(0.5)
    raise AssertionError("the book never learned of the order again")


def all_held(order: OrderView) -> bool:
    """Whether every delivery waits."""
    return {d.state for d in order.deliveries} == {D.HELD}


def got(*components: str) -> Callable[[OrderView], bool]:
    """Whether these components are delivered."""
    return lambda order: {d.component for d in order.deliveries if d.state == D.DELIVERED} == set(components)


def settled_but_the_gift(order: OrderView) -> bool:
    """Whether all but one are delivered."""
    return sorted(d.state for d in order.deliveries) == [D.DELIVERED] * 3 + [D.HELD]
