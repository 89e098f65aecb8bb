"""Receivers that die, hang, redirect, or answer anything: what is lost on them, and on nobody else.

Skipped time does not drive standalone activities, so what lies between tries is a hundred thousand times
shorter here; the schedule as it is, all of it, is lived through in tests/integration/schedule.
"""

import asyncio
import uuid
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import func, select

from domain.contract.bundle import Bundle
from domain.webhooks.schedule import TRIES
from storage.tables import PublicEvent, WebhookDelivery
from tests.integration.webhooks.receiving import (
    Answering,
    Receiver,
    failing_first,
    quick,
    receiving,
    reply,
    subscribe,
    take,
    until,
)
from tests.integration.webhooks.state import in_the_book, known, sequences
from tests.support.documents import benefit, offer
from tests.support.servers.worlds import OwnWorld
from tests.support.world import World, working

KEY = benefit("kept-key", "key", offer("kayixin", "1001"))
REFUSED = benefit("refused-key", "key", offer("kayixin", "2004"), offer("fulu", "10000603", priority=11))


def hanging_first() -> Answering:
    """Answer nothing until an event comes for the third time."""
    last = failing_first(b"", 2)

    async def answering(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
        found = await last(receiver, headers, body)
        if not found:
            await asyncio.sleep(60)
        return found

    return answering


BROKEN: dict[str, Answering] = {
    "dies": failing_first(b""),
    "hangs": hanging_first(),
    "answers 500": failing_first(reply("500 Oops", "it broke")),
    "answers HTML": failing_first(reply("502 Bad", "<html>a proxy</html>", "Content-Type: text/html")),
    "redirects": failing_first(reply("302 Found", "", "Location: http://127.0.0.1:9/elsewhere")),
    "answers rubbish": failing_first(b"\0\0\0 not http\r\n\r\n"),
}

EVERY_DAY = ("hangs", "answers HTML")


async def undone(world: World) -> Bundle:
    """A bundle whose order is taken back as a whole: it has most kinds of events."""
    return await world.publish(
        [
            {"id": "kept", "benefit": "kept-key", "reversibility": "reversible"},
            {"id": "refused", "benefit": "refused-key", "release": {"after": "PT1S"}},
        ],
        [KEY, REFUSED],
        policy="all_or_nothing",
    )


async def made(world: World) -> int:
    """How many public events there are."""
    async with world.database.snapshot() as session:
        return int(await session.scalar(select(func.count(PublicEvent.number))) or 0)


@pytest.mark.parametrize("broken", EVERY_DAY)
async def test_who_takes_an_event_after_some_tries_ends_in_our_state(hooked: World, broken: str) -> None:
    async with receiving(BROKEN[broken]) as shop:
        await subscribe(hooked, shop)
        await hooked.fulfil(hooked.order(await undone(hooked)))
        await hooked.checkout.report_refund(await owed(hooked), confirmed=True, note="paid", actor="shop")
        ours = await in_the_book(hooked)
        await until(lambda: known(shop.taken) == ours, 240)
        count = await made(hooked)
        await until(lambda: len(shop.taken) == count)
        [numbers] = sequences(shop.taken).values()
        assert numbers == list(range(1, count + 1))
        assert len(shop.requests) == count * (3 if broken == "hangs" else TRIES)
        assert shop.most_at_once <= 4


@pytest.mark.slow
async def test_while_one_keeps_its_four_calls_every_other_has_all_of_its_events(own_world: OwnWorld) -> None:
    """However each of the others breaks; and then it has all of its own."""
    let_go = asyncio.Event()

    async def keeping(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
        await let_go.wait()
        return await take(receiver, headers, body)

    others = {"is well": take, **BROKEN}
    del others["hangs"]
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(own_world(f"turns{uuid.uuid4().hex[:12]}"))
        await stack.enter_async_context(working(world.workers(sending=quick(world, timeout=30))))
        kept = await stack.enter_async_context(receiving(keeping))
        await subscribe(world, kept)
        shops = {name: await stack.enter_async_context(receiving(each)) for name, each in others.items()}
        for shop in shops.values():
            await subscribe(world, shop)
        await world.fulfil(world.order(await undone(world)))
        await world.checkout.report_refund(await owed(world), confirmed=True, note="paid", actor="shop")
        book = await in_the_book(world)
        await until(lambda: known(shops["is well"].taken) == book, 240)
        count = await made(world)
        await until(lambda: all(len(shop.taken) == count for shop in shops.values()), 240)
        await until(lambda: kept.at_once == 4)
        assert kept.taken == []
        let_go.set()
        await until(lambda: {event["sequence"] for event in kept.taken} == set(range(1, count + 1)), 240)
        for name, shop in shops.items():
            assert known(shop.taken) == book, name
            assert len(shop.requests) == count * (1 if name == "is well" else TRIES), name
    assert known(kept.taken) == book
    assert kept.most_at_once == 4


async def owed(world: World) -> str:
    """The id of a refund that is to be paid."""
    return next(iter(sorted(key for kind, key in await in_the_book(world) if kind == "refund")))


async def test_one_that_is_gone_is_disabled_and_that_is_read_without_it(hooked: World) -> None:
    async def gone(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
        return reply("410 Gone")

    async with receiving(gone) as left, receiving() as stayed:
        endpoint = await subscribe(hooked, left)
        await subscribe(hooked, stayed)
        bundle = await hooked.publish([{"id": "video", "benefit": "kept-key"}], [KEY])
        await hooked.fulfil(hooked.order(bundle))
        await until(lambda: len(stayed.taken) == 8)
        desk = hooked.checkout.webhooks
        listed = await desk.one("shop", endpoint)
        assert (listed.disabled_for, listed.open) == ("gone", 0)
        await hooked.fulfil(hooked.order(bundle))
        await until(lambda: len(stayed.taken) == 15)
        page = await desk.events(None, types=["webhook.*"])
        assert [event["data"]["endpoint"] for event in page.events] == [{"id": endpoint, "reason": "gone"}]
        assert (await desk.events("shop", types=["webhook.*"])).events == page.events
        assert [event for event in stayed.taken if event["type"] == "webhook.disabled"] == page.events
        left.answer = take
        await desk.enable("shop", endpoint)
        since = (await desk.one("shop", endpoint)).created_at
        assert await desk.send_missed("shop", endpoint, since) == 15
        await until(lambda: len(left.taken) == 15)
        assert await desk.send_missed("shop", endpoint, since) == 0


async def test_one_that_hangs_gets_four_at_a_time_and_keeps_nobody_else_waiting(hooked: World) -> None:
    async def never(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
        await asyncio.sleep(60)
        return b""

    async with receiving(never) as slow, receiving() as good:
        await subscribe(hooked, slow)
        await subscribe(hooked, good)
        bundle = await hooked.publish([{"id": "video", "benefit": "kept-key"}], [KEY])
        await asyncio.gather(*(hooked.fulfil(hooked.order(bundle)) for _ in range(4)))
        await until(lambda: len(good.taken) == 28)
        assert slow.taken == []
        assert slow.most_at_once == 4


async def test_what_is_never_taken_is_given_up_and_said_why(hooked: World) -> None:
    async def never(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
        return reply("503 Busy", "come \0 back " + "x" * 1000)

    async with receiving(never) as shop:
        endpoint = await subscribe(hooked, shop)
        delivery = await hooked.checkout.webhooks.send_test("shop", endpoint)
        await until(lambda: len(shop.requests) == TRIES)
        [sent] = await settled(hooked, endpoint)
        assert (sent.id, sent.state, len(sent.tries)) == (delivery, "failed", TRIES)
        assert {(each.status, each.answer[:11], len(each.answer)) for each in sent.tries} == {
            (503, "come \ufffd back", 500)
        }
        shop.answer = take
        await hooked.checkout.webhooks.send_again("shop", endpoint, delivery)
        await until(lambda: len(shop.taken) == 1)
        assert shop.taken[0]["type"] == "webhook.test"
        [sent] = await settled(hooked, endpoint)
        assert (sent.state, len(sent.tries)) == ("delivered", TRIES + 1)


async def settled(world: World, endpoint: str) -> list:  # type: ignore[type-arg]
    """The log, once nothing is open."""
    for _ in range(2400):
        async with world.database.snapshot() as session:
            still = select(func.count(WebhookDelivery.id)).where(WebhookDelivery.state == "open")
            if not await session.scalar(still):
                return await world.checkout.webhooks.log("shop", endpoint)
        await asyncio.sleep(0.05)
    raise AssertionError("something is still open")
