"""Sending all that was missed: what is chosen, in how many transactions, and twice at once."""

import asyncio

import pytest
from sqlalchemy import select, update

from starter.desk.webhooks.desk import Webhooks
from storage.base.database import Database
from storage.tables import WebhookDelivery
from storage.webhooks import outbox, replay
from tests.integration.feed.orders import NOW, lay_down
from tests.integration.public.book import make_public
from tests.integration.webhooks.book import paused, states

URL = "https://shop.example/hooks"


async def disabled(desk: Webhooks, *events: str) -> str:
    """An endpoint that gets nothing now; its id."""
    identity = (await desk.add("shop", URL, events or ("order.*",))).endpoint.id
    await desk.disable("shop", identity)
    return identity


async def test_what_was_missed_is_chosen_by_channel_and_type(database: Database, desk: Webhooks) -> None:
    wants = await disabled(desk, "order.paused", "refund.*")
    [order] = await lay_down(database, 1)
    await paused(database, order, 3)
    await make_public(database)
    strangers = (await desk.add("another", URL)).endpoint.id
    uninterested = (await desk.add("shop", f"{URL}/2", ["order.closed", "delivery.*"])).endpoint.id
    assert await desk.send_missed("another", strangers, NOW) == 0
    assert await desk.send_missed("shop", uninterested, NOW) == 0
    assert await desk.send_missed("shop", wants, NOW) == 3
    assert await desk.send_missed("shop", wants, NOW) == 0


async def test_each_batch_is_a_transaction_of_its_own(
    database: Database, desk: Webhooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent before something went wrong stays so, and the rest is sent when it is asked for again."""
    endpoint = await disabled(desk)
    [order] = await lay_down(database, 1)
    await paused(database, order, 5)
    await make_public(database)
    monkeypatch.setattr(replay, "AT_A_TIME", 2)
    really, calls = outbox.fresh, 0

    def third_fails(*asked: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise ZeroDivisionError
        return really(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(replay, "fresh", third_fails)
    with pytest.raises(ZeroDivisionError):
        await desk.send_missed("shop", endpoint, NOW)
    assert await states(database, endpoint) == ["open", "open"]
    assert await desk.send_missed("shop", endpoint, NOW) == 3


async def test_two_replays_at_once_send_each_event_once(database: Database, desk: Webhooks) -> None:
    endpoint = await disabled(desk)
    [order] = await lay_down(database, 1)
    await paused(database, order, 30)
    await make_public(database)
    assert sum(await asyncio.gather(*(desk.send_missed("shop", endpoint, NOW) for _ in range(6)))) == 30
    async with database.transaction() as session:
        await session.execute(update(WebhookDelivery).values(state="failed"))
    assert sum(await asyncio.gather(*(desk.send_missed("shop", endpoint, NOW) for _ in range(6)))) == 30
    async with database.snapshot() as session:
        assert set(await session.scalars(select(WebhookDelivery.round))) == {2}
