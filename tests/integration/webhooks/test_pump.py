"""A worker's round: one order of which nothing can be made public holds up neither jobs nor endpoints."""

import asyncio
import logging
from typing import Any
from unittest.mock import AsyncMock

import pytest

from activities.webhooks.pump import Pump
from starter.desk.webhooks.desk import Webhooks
from storage.base.database import Database
from storage.public import making
from storage.public.withheld import TRIED_AGAIN
from tests.integration.feed.orders import NOW, lay_down
from tests.integration.feed.reading import settle_all
from tests.integration.webhooks.book import paused


class Quiet:
    """A worker of an endpoint that has nothing to do."""

    async def run(self) -> None:
        """Until it is cancelled."""
        await asyncio.Event().wait()


async def test_an_order_that_cannot_be_made_public_is_named_and_the_rest_goes_on(
    database: Database, desk: Webhooks, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint = (await desk.add("shop", "https://shop.example/")).endpoint.id
    delivery = await desk.send_test("shop", endpoint)
    [order] = await lay_down(database, 1)
    await paused(database, order)
    await settle_all(database)
    client, served = AsyncMock(), list[str]()

    def build(identity: str) -> Any:
        served.append(identity)
        return Quiet()

    def broken(*asked: object, **more: object) -> None:
        raise KeyError("made up")

    moments = [NOW]
    pump = Pump(client, database, lambda: moments[-1], "worker", build)
    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
        patched.setattr(making, "drafts", broken)
        await pump.round()
    assert [call.args for call in client.start_activity.await_args_list] == [("send_webhook", delivery)]
    assert served == [endpoint]
    assert [each.getMessage() for each in caplog.records] == [
        f"events of order {order} are withheld from its event 1 on"
    ]
    assert (await desk.events("shop")).events == []
    await pump.round()
    assert (await desk.events("shop")).events == []
    moments.append(NOW + TRIED_AGAIN)
    await pump.round()
    [event] = (await desk.events("shop")).events
    assert event["data"]["order"]["id"] == order
