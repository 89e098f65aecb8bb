"""Receivers of every kind over the whole schedule: seventy-five hours and more, as they are, but skipped.

One that answers nothing takes as long as it takes: it is in tests/integration/webhooks.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

import pytest

from domain.webhooks.schedule import FAILING_FOR, TRIES, WAITS
from tests.integration.public.book import bodies, make_public
from tests.integration.schedule.skipping import SkippedTime
from tests.integration.webhooks.receiving import (
    OK,
    Answering,
    Receiver,
    failing_first,
    receiving,
    reply,
    take,
)
from tests.integration.webhooks.state import in_the_book, known, sequences
from tests.support.documents import benefit, offer
from tests.support.servers.worlds import OwnWorld
from tests.support.world import World, working

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

KEY = benefit("lasting-key", "key", offer("kayixin", "1001"))
REFUSED = benefit("lasting-refused", "key", offer("kayixin", "2004"), offer("fulu", "10000603", priority=11))
MOMENTS = list(accumulate([timedelta(0), *WAITS]))
"""When an event is tried, after it was made public."""
DAYS = timedelta(days=4)
MEGABYTE = "x" * 2**20


@pytest.fixture(scope="module")
async def ended(own_world: OwnWorld) -> AsyncIterator[World]:
    """A world with two orders, one completed and one taken back, whose workers have stopped."""
    async with own_world("lasting") as world:
        async with working(world.workers()):
            parts: list[dict[str, Any]] = [
                {"id": "kept", "benefit": "lasting-key", "reversibility": "reversible"},
                {"id": "refused", "benefit": "lasting-refused", "release": {"after": "PT1S"}},
            ]
            undone = await world.publish(parts, [KEY, REFUSED], policy="all_or_nothing")
            whole = await world.publish(parts[:1], [KEY])
            view = await world.fulfil(world.order(undone))
            await world.fulfil(world.order(whole))
            refund = next(each.refund_id for each in view.deliveries if each.refund_id)
            await world.checkout.report_refund(refund, confirmed=False, note="no", actor="shop")
        await make_public(world.database)
        yield world


def slowly(answer: bytes) -> Answering:
    """Think for a while, and take it."""

    async def answering(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
        await asyncio.sleep(0.3)
        await take(receiver, headers, body)
        return answer

    return answering


def taking(answer: bytes) -> Answering:
    """Take it, and answer that."""

    async def answering(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
        await take(receiver, headers, body)
        return answer

    return answering


AT_ONCE = MOMENTS[:1]
KINDS: dict[str, tuple[Answering, list[timedelta]]] = {
    "is well": (take, AT_ONCE),
    "is slow": (slowly(OK), AT_ONCE),
    "takes it with HTML": (taking(reply("200 OK", "<html>", "Content-Type: text/html")), AT_ONCE),
    "takes it with a megabyte": (taking(reply("200 OK", MEGABYTE)), AT_ONCE),
    "dies": (failing_first(b""), MOMENTS),
    "dies in its head": (failing_first(b"HTTP/1.1 200 OK\r\nContent-"), MOMENTS),
    "dies in its body": (failing_first(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf"), MOMENTS),
    "says 500": (failing_first(reply("500 Oops")), MOMENTS),
    "says 500 with a megabyte": (failing_first(reply("500 Oops", MEGABYTE), 3), MOMENTS[:4]),
    "redirects": (failing_first(reply("308 Elsewhere", "", "Location: http://127.0.0.1:9/")), MOMENTS),
    "is no web server": (failing_first(b"\0\0\0 220 ready\r\n\r\n"), MOMENTS),
    "wants patience": (
        failing_first(reply("429 Slow Down", "", "Retry-After: 600"), 2),
        [timedelta(0), timedelta(minutes=10), timedelta(minutes=20)],
    ),
}
"""What each answers, and when it is tried, the last time successfully."""


async def test_each_that_is_up_in_the_end_has_everything_and_ends_in_our_state(ended: World) -> None:
    desk, time = ended.checkout.webhooks, SkippedTime(ended)
    public = [body for told in (await bodies(ended.database)).values() for body in told]
    since = time.now - timedelta(days=1)
    async with AsyncExitStack() as stack:
        shops, endpoints = dict[str, Receiver](), dict[str, str]()
        for kind, (answer, _) in KINDS.items():
            shop = shops[kind] = await stack.enter_async_context(receiving(answer))
            added = await desk.add("shop", shop.url)
            shop.secret, endpoints[kind] = added.secret, added.endpoint.id
            assert await desk.send_missed("shop", endpoints[kind], since) == len(public)
        time.now = begun = datetime.now(UTC)
        await time.live(begun + DAYS)
    book = await in_the_book(ended)
    numbers = sequences(public)
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values()) and len(numbers) == 2
    for kind, (_, moments) in KINDS.items():
        shop = shops[kind]
        assert sequences(shop.taken) == numbers, kind
        assert known(shop.taken) == book, kind
        assert (len(shop.requests), shop.most_at_once) == (len(public) * len(moments), 4), kind
        log = await desk.log("shop", endpoints[kind], most=len(public))
        assert {(sent.state, len(sent.tries)) for sent in log} == {("delivered", len(moments))}, kind
        assert [[at - begun for at in time.calls[sent.id]] for sent in log] == [moments] * len(public), kind
        assert max(len(each.answer) for sent in log for each in sent.tries) <= 500, kind


async def test_one_that_is_down_for_days_is_disabled_and_gets_it_all_once_it_is_back(ended: World) -> None:
    """What happens while it is down is tried too, so that it fails for longer than one event is tried."""
    desk, time = ended.checkout.webhooks, SkippedTime(ended)
    public = sum(len(told) for told in (await bodies(ended.database)).values())
    is_up = False

    async def answer(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
        return await take(receiver, headers, body) if is_up else reply("503 Down")

    async with receiving(answer) as shop:
        added = await desk.add("shop", shop.url)
        shop.secret, endpoint = added.secret, added.endpoint.id
        since = time.now - timedelta(days=1)
        await desk.send_missed("shop", endpoint, since)
        time.now = begun = datetime.now(UTC)
        await time.live(begun + DAYS)
        log = await desk.log("shop", endpoint, most=100)
        assert {(sent.state, len(sent.tries)) for sent in log} == {("failed", TRIES)}
        assert (await desk.one("shop", endpoint)).disabled_at is None
        await desk.send_again("shop", endpoint, log[0].id)
        await time.live(begun + FAILING_FOR + DAYS)
        listed = await desk.one("shop", endpoint)
        assert (listed.disabled_for, listed.open) == ("failing", 0)
        is_up = True
        await desk.enable("shop", endpoint)
        assert await desk.send_missed("shop", endpoint, since) == public
        await time.live(time.now + timedelta(seconds=1))
    assert known(shop.taken) == await in_the_book(ended)
    assert len(shop.taken) == public


async def test_one_that_is_gone_is_left_alone_at_once(ended: World) -> None:
    desk, time = ended.checkout.webhooks, SkippedTime(ended)

    async def gone(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
        return reply("410 Gone")

    async with receiving(gone) as shop:
        endpoint = (await desk.add("shop", shop.url)).endpoint.id
        missed = await desk.send_missed("shop", endpoint, time.now - timedelta(days=1))
        time.now = datetime.now(UTC)
        await time.live(time.now + DAYS)
        log = await desk.log("shop", endpoint, most=missed)
    assert (await desk.one("shop", endpoint)).disabled_for == "gone"
    tried = len(shop.requests)
    assert 1 <= tried <= 4
    assert sorted(sent.state for sent in log) == ["dropped"] * (missed - tried) + ["failed"] * tried
