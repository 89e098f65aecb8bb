"""Only new events are read to make public ones, by as many statements however many there are."""

import pytest
from sqlalchemy import text

from starter.desk.webhooks.desk import Webhooks
from storage.base.database import Database
from tests.integration.feed.orders import lay_down, write
from tests.integration.feed.reading import settle_all
from tests.integration.public.book import bodies, counted, make_public, make_settled_public
from tests.integration.webhooks.book import paused


async def test_what_was_made_public_before_is_not_read_again(database: Database) -> None:
    """The first event would say otherwise now."""
    [order] = await lay_down(database, 1)
    await paused(database, order)
    assert await make_public(database) == 1
    async with database.transaction() as session:
        await session.execute(text("UPDATE events SET type = 'order.resumed'"))
    async with database.transaction() as session:
        await write(session, order, "order.cancelling")
    assert await make_public(database) == 1
    told = (await bodies(database))[order]
    assert [(each["type"], each["sequence"]) for each in told] == [
        ("order.paused", 1),
        ("order.cancelling", 2),
    ]
    assert told[1]["data"]["order"]["paused"] is True


async def test_many_events_of_many_orders_cost_as_many_statements_as_one(
    database: Database, desk: Webhooks
) -> None:
    await desk.add("shop", "https://shop.example/")
    await desk.add(None, "https://ours.example/")
    orders = await lay_down(database, 20)
    await paused(database, orders[0])
    await make_public(database)
    await paused(database, orders[0])
    await settle_all(database)
    with counted(database) as for_one:
        assert await make_settled_public(database) == 1
    for each in orders:
        await paused(database, each, 3)
    await settle_all(database)
    with counted(database) as for_many:
        assert await make_settled_public(database) == 60
    assert len(for_many) == len(for_one)
    inserted = [each.split()[2] for each in for_many if each.startswith("INSERT")]
    assert inserted == ["public_orders", "public_events", "webhook_deliveries"]
    async with database.snapshot() as session:
        numbers = await session.execute(text("SELECT order_id, sequence FROM public_events ORDER BY number"))
        found = [tuple(row) for row in numbers]
    assert found[2:5] == [(orders[0], 3), (orders[0], 4), (orders[0], 5)]
    assert found[5:] == [(order, number) for order in orders[1:] for number in (1, 2, 3)]


@pytest.mark.parametrize("most", [1, 2, 500])
async def test_pages_of_the_feed_do_not_show_in_what_is_made(database: Database, most: int) -> None:
    one, two = await lay_down(database, 2)
    for order, kind in ((one, "order.paused"), (two, "order.paused"), (one, "order.resumed")):
        async with database.transaction() as session:
            await write(session, order, kind)
    assert await make_public(database, most=most) == 3
    told = await bodies(database)
    assert [(each["sequence"], each["data"]["order"]["paused"]) for each in told[one]] == [
        (1, True),
        (2, False),
    ]
    assert [each["sequence"] for each in told[two]] == [1]
