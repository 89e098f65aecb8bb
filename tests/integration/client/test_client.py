"""The shops' client against the real gateway: it sells, and goes on where an answer was lost."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any, TypeVar, cast

import pytest

from activities.webhooks.posting import Poster
from domain.contract.order import OrderDocument
from starter.client import Conflict, NoAnswer, NotFound, OrderRefused, Perkflow, Unavailable, asking
from starter.client.documents import NewOrder
from starter.client.events import EventPage
from starter.client.webhooks import NotFromPerkflow, event_of
from storage.base.database import Database
from storage.webhooks.sending import Letter
from tests.integration.client.ways import InTurn, cut_off
from tests.integration.webhooks.receiving import receiving
from tests.support.documents import benefit, offer
from tests.support.gateway import serving_gateway
from tests.support.servers.api import body_of, key_for
from tests.support.world import World

KEY = benefit("client-key", "key", offer("fulu", "10000587"))
REFUSED = benefit("client-refused", "key", offer("fulu", "10000603"))
"""Its supplier refuses it, which is paid back at once."""
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:9/nothing"
SECRET = f"whsec_{'a' * 42}A="

Found = TypeVar("Found")


async def asked(shop: Perkflow, ask: Callable[[Perkflow], Found]) -> Found:
    """What a shop is told, while the gateway works in this process."""
    return await asyncio.to_thread(ask, shop)


def order_of(document: OrderDocument) -> NewOrder:
    """An order as a shop sends it."""
    return cast(NewOrder, body_of(document))


async def paid(world: World, *, of: dict[str, Any] = KEY, **more: Any) -> OrderDocument:
    """An order of one component, of a channel of its own."""
    bundle = await world.publish([{"id": "video", "benefit": of["id"]}], [of], **more)
    return world.order(bundle, channel=f"client-{uuid.uuid4().hex[:8]}")


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were waited, which take none."""
    seconds: list[float] = []
    monkeypatch.setattr(asking, "sleep", seconds.append)
    return seconds


async def test_a_bundle_is_sold_followed_and_handed_over(world: World) -> None:
    document = await paid(world)
    key, order = await key_for(world.database, document.channel), order_of(document)
    async with serving_gateway(world) as address:
        with Perkflow(address, key, trust_env=False) as shop:
            offered = await asked(shop, lambda it: it.availability(document.bundle))
            check = await asked(shop, lambda it: it.check(order))
            receipt = await asked(shop, lambda it: it.place(order))
            await world.finish(document)
            found = await asked(shop, lambda it: it.order(document.order_no))
            link = await asked(shop, lambda it: it.reveal_link(found["deliveries"][0]["id"]))
            await asked(shop, lambda it: it.end_link(link["id"]))
            other = {**order, "buyer": {"ref": "another"}}
            with pytest.raises(Conflict) as conflict:
                await asked(shop, lambda it: it.place(cast(NewOrder, other)))
            with pytest.raises(NotFound):
                await asked(shop, lambda it: it.order("another/number"))
            late = await asked(shop, lambda it: it.cancel(document.order_no, "a test"))
    assert (offered["sellable"], check["acceptable"]) == (True, True)
    assert (found["order_id"], found["state"]) == (receipt["order_id"], "completed")
    assert conflict.value.code == "order_number_conflict"
    assert late["state"] == "refused"


async def test_an_order_whose_answer_was_lost_is_placed_once(world: World, waited: list[float]) -> None:
    document = await paid(world)
    key = await key_for(world.database, document.channel)
    async with serving_gateway(world) as address, cut_off(address) as lost:
        way = InTurn(lost, lost, address)
        with Perkflow(address, key, transport=way) as shop:
            receipt = await asked(shop, lambda it: it.place(order_of(document)))
        view = await world.finish(document)
        with Perkflow(address, key, patience=1, transport=InTurn(lost)) as shop, pytest.raises(NoAnswer):
            await asked(shop, lambda it: it.order(document.order_no))
    assert way.statuses == [None, None, 200]
    assert waited == [0.5, 1.0, 0.5]
    assert receipt["order_id"] == view.order_id
    assert len(world.sales(view)) == 1


async def test_a_gateway_without_a_database_is_asked_again_when_it_says(
    world: World, waited: list[float]
) -> None:
    document = await paid(world)
    key, away = await key_for(world.database, document.channel), Database(NOWHERE)
    async with serving_gateway(world) as address, serving_gateway(world, database=away) as without:
        way = InTurn(without, address)
        with Perkflow(address, key, transport=way) as shop:
            await asked(shop, lambda it: it.place(order_of(document)))
        impatient = Perkflow(without, key, patience=4, trust_env=False)
        with impatient as shop, pytest.raises(Unavailable) as given_up:
            await asked(shop, lambda it: it.place(order_of(document)))
        await world.finish(document)
    await away.close()
    assert (way.statuses, waited) == ([503, 201], [5.0])
    assert (given_up.value.code, given_up.value.retryable) == ("unavailable", True)


async def test_what_is_refused_is_paid_back_and_said_once(world: World) -> None:
    document = await paid(world, of=REFUSED, hold_for="PT0S")
    wrong = document.model_copy(update={"order_no": f"wrong-{world.token}", "version": 2})
    key = await key_for(world.database, document.channel)
    async with serving_gateway(world) as address:
        with Perkflow(address, key, trust_env=False) as shop:
            with pytest.raises(OrderRefused) as refused:
                await asked(shop, lambda it: it.place(order_of(wrong)))
            await asked(shop, lambda it: it.place(order_of(document)))
            await world.finish(document)
            [owed] = await asked(shop, lambda it: list(it.refunds("decided")))
            first = await asked(shop, lambda it: it.confirm_refund(owed["id"]))
            again = await asked(shop, lambda it: it.confirm_refund(owed["id"]))
            left = await asked(shop, lambda it: list(it.refunds("decided")))
    assert (refused.value.code, refused.value.errors[0]["field"]) == ("invalid_order", "version")
    assert (owed["order_no"], owed["amount"]) == (document.order_no, document.paid.model_dump())
    assert [(each["state"], each["news"]) for each in (first, again)] == [
        ("confirmed", True),
        ("confirmed", False),
    ]
    assert left == []


async def test_events_are_read_to_their_end_and_on_from_there(world: World) -> None:
    document = await paid(world)
    await world.fulfil(document)
    key = await key_for(world.database, document.channel)

    def until_closed(shop: Perkflow) -> list[EventPage]:
        """All pages, once the last event is among them: the feed ends below what is still written."""
        while True:
            pages = list(shop.events(limit=2))
            if pages and pages[-1]["data"][-1]["type"] == "order.closed":
                return pages

    async with serving_gateway(world) as address:
        with Perkflow(address, key, trust_env=False) as shop:
            pages = await asked(shop, until_closed)
            rest = await asked(shop, lambda it: list(it.events(pages[0]["cursor"], limit=100)))
            closed = await asked(shop, lambda it: list(it.events(types=["order.closed"])))
    events = [event for page in pages for event in page["data"]]
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    assert [len(page["data"]) for page in pages[:-1]] == [2] * (len(pages) - 1)
    assert [event for page in rest for event in page["data"]] == events[2:]
    assert [event for page in closed for event in page["data"]] == events[-1:]


async def test_a_webhook_is_known_by_its_signature() -> None:
    event: dict[str, Any] = {"id": "evt_1", "type": "order.closed", "data": {"order": {"order_no": "订单-1"}}}
    async with receiving() as shop:
        shop.secret = SECRET
        await Poster(loopback=True).post(Letter("whe_1", shop.url, "evt_1", event, [SECRET]))
    [(headers, body)] = shop.requests
    assert dict(event_of(SECRET, headers, body)) == event
    for wrong in (
        (SECRET.replace("a", "b"), headers, body),
        (SECRET, headers, body.replace(b"closed", b"opened")),
        (SECRET, {}, body),
        (SECRET, {**headers, "webhook-signature": "nonsense"}, body),
        (SECRET, headers, b"\xff"),
    ):
        with pytest.raises(NotFromPerkflow):
            event_of(*wrong)
