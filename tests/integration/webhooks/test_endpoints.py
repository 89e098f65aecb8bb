"""Endpoints as they are added, counted and removed."""

import asyncio
import re
from typing import Any

import pytest
from sqlalchemy import event, text, update

from starter.desk.webhooks.desk import MOST, Webhooks
from starter.desk.webhooks.errors import EndpointRefused, TooManyEndpoints
from storage.base.database import Database
from storage.tables import WebhookDelivery
from tests.integration.feed.orders import lay_down
from tests.integration.public.book import make_public
from tests.integration.webhooks.book import jobs, paused, states

URL = "https://shop.example/hooks"


async def test_what_a_removed_endpoint_was_still_to_get_is_dropped(
    database: Database, desk: Webhooks
) -> None:
    removed = (await desk.add("shop", URL)).endpoint.id
    kept = (await desk.add("shop", f"{URL}/2")).endpoint.id
    [order] = await lay_down(database, 1)
    await paused(database, order, 2)
    await make_public(database)
    async with database.transaction() as session:
        first = update(WebhookDelivery).where(WebhookDelivery.event_number == 1)
        await session.execute(first.values(state="delivered"))
    await desk.remove("shop", removed)
    assert await states(database, removed) == ["delivered", "dropped"]
    assert await states(database, kept) == ["delivered", "open"]
    assert [job.endpoint_id for job in await jobs(database)] == [kept]
    await paused(database, order)
    await make_public(database)
    assert await states(database, removed) == ["delivered", "dropped"]


async def test_only_what_an_endpoint_has_not_had_is_counted(database: Database, desk: Webhooks) -> None:
    one = (await desk.add("shop", URL)).endpoint.id
    other = (await desk.add("shop", f"{URL}/2")).endpoint.id
    [order] = await lay_down(database, 1)
    await paused(database, order, 5)
    await make_public(database)
    async with database.transaction() as session:
        for number, state in enumerate(("delivered", "delivered", "failed", "dropped"), start=1):
            row = update(WebhookDelivery).where(
                WebhookDelivery.event_number == number, WebhookDelivery.endpoint_id == one
            )
            await session.execute(row.values(state=state))
    found = await desk.one("shop", one)
    assert (found.open, found.failed) == (1, 2)
    assert [(each.id, each.open, each.failed) for each in await desk.all("shop")] == [
        (one, 1, 2),
        (other, 5, 0),
    ]


async def test_an_index_that_has_nothing_delivered_serves_the_count(
    database: Database, desk: Webhooks
) -> None:
    identity = (await desk.add("shop", URL)).endpoint.id
    [order] = await lay_down(database, 1)
    await paused(database, order, 40)
    await make_public(database)
    async with database.transaction() as session:
        await session.execute(update(WebhookDelivery).values(state="delivered"))
        await session.execute(text("ANALYZE webhook_deliveries"))
    asked: list[tuple[str, Any]] = []

    def noted(*executed: Any) -> None:
        asked.append((executed[2], executed[3]))

    event.listen(database._engine.sync_engine, "before_cursor_execute", noted)
    await desk.one("shop", identity)
    event.remove(database._engine.sync_engine, "before_cursor_execute", noted)
    [(counting, parameters)] = [each for each in asked if "count(" in each[0]]
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        connection = await session.connection()
        plan = (await connection.exec_driver_sql(f"EXPLAIN {counting}", parameters)).scalars().all()
    assert "ix_webhook_deliveries_not_had" in "\n".join(plan)


async def test_a_channel_has_twenty_endpoints_at_most_whoever_asks_at_once(
    database: Database, desk: Webhooks
) -> None:
    asked = [desk.add("shop", f"{URL}/{number}") for number in range(MOST + 5)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    refused = [str(each) for each in answers if isinstance(each, TooManyEndpoints)]
    assert refused == ["20 endpoints are the most there can be: remove one first"] * 5
    added = await desk.all("shop")
    assert len(added) == 20
    assert (await desk.add("another", URL)).endpoint.channel == "another"
    await desk.remove("shop", added[0].id)
    assert (await desk.add("shop", f"{URL}/more")).endpoint.channel == "shop"


async def test_a_channel_has_one_endpoint_at_an_address(database: Database, desk: Webhooks) -> None:
    first = (await desk.add("shop", URL)).endpoint.id
    await desk.add("another", URL)
    await desk.add(None, URL)
    for channel in ("shop", None):
        with pytest.raises(EndpointRefused, match="is notified there already: remove it first"):
            await desk.add(channel, URL, ["order.*"])
    await desk.remove("shop", first)
    assert (await desk.add("shop", URL)).endpoint.id != first


@pytest.mark.parametrize("pattern", ["stock.*", "supplier.*", "supplier.paused"])
async def test_what_only_operations_get_is_refused_for_a_channel(desk: Webhooks, pattern: str) -> None:
    with pytest.raises(EndpointRefused, match=re.escape(f"events: {pattern} is for operations only")):
        await desk.add("shop", URL, ["order.*", pattern])
    assert (await desk.add(None, URL, [pattern])).endpoint.events == [pattern]
