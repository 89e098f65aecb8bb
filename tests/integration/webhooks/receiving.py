"""Shops that receive webhooks over real HTTP: good ones, and all kinds of others."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from standardwebhooks import Webhook

from activities.webhooks.posting import Poster
from activities.webhooks.sending import WebhookActivities
from domain.webhooks.schedule import TRIES, next_wait
from tests.support.world import World
from worker import utc_now

Answering = Callable[["Receiver", dict[str, str], bytes], Coroutine[Any, Any, bytes]]
"""Makes the bytes of an answer."""

OK = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
TIMES_AS_FAST = 100_000
"""Skipped time does not drive standalone activities, so what lies between tries is so much shorter here."""


def reply(status: str, body: str = "", *headers: str) -> bytes:
    """An answer in bytes."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body.encode())}", "Connection: close", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


@dataclass
class Receiver:
    """A shop's endpoint: verifies what comes and keeps it; `answer` says what it answers."""

    answer: Answering
    url: str = ""
    secret: str = ""
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    """Bodies that it answered with success, in the order in which it did."""
    at_once: int = 0
    most_at_once: int = 0

    def verified(self, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        """The body, where its signature is ours."""
        event: dict[str, Any] = Webhook(self.secret).verify(body, headers)
        return event


async def take(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
    """What a good receiver does."""
    receiver.taken.append(receiver.verified(headers, body))
    return OK


def failing_first(answer: bytes, times: int = TRIES - 1) -> Answering:
    """Answer so until an event comes for the last time in its schedule; take it then."""
    counts: dict[str, int] = {}

    async def answering(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
        identity = headers["webhook-id"]
        counts[identity] = counts.get(identity, 0) + 1
        return answer if counts[identity] <= times else await take(receiver, headers, body)

    return answering


@asynccontextmanager
async def receiving(answer: Answering = take, port: int = 0) -> AsyncIterator[Receiver]:
    """A receiver on a port of its own."""
    receiver = Receiver(answer)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        receiver.at_once += 1
        receiver.most_at_once = max(receiver.most_at_once, receiver.at_once)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {
                name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)
            }
            body = await reader.readexactly(int(headers["content-length"]))
            receiver.requests.append((headers, body))
            answering = asyncio.create_task(receiver.answer(receiver, headers, body))
            hung_up = asyncio.create_task(reader.read())
            await asyncio.wait([answering, hung_up], return_when=asyncio.FIRST_COMPLETED)
            hung_up.cancel()
            if answering.done():
                writer.write(answering.result())
                await writer.drain()
            else:
                answering.cancel()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            receiver.at_once -= 1
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", port)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    try:
        yield receiver
    finally:
        server.close()


def quick(world: World, *, timeout: float = 3) -> WebhookActivities:
    """Sending by the schedule, so many times as fast."""

    def waits(tries: int, asked: timedelta | None) -> timedelta | None:
        wait = next_wait(tries, 0.5, asked)
        return wait and wait / TIMES_AS_FAST

    poster = Poster(loopback=True, timeout=timedelta(seconds=timeout))
    return WebhookActivities(world.database, world.vault, utc_now, poster, waits)


async def subscribe(world: World, receiver: Receiver, *events: str, channel: str | None = "shop") -> str:
    """Add the receiver as an endpoint; its id."""
    added = await world.checkout.webhooks.add(channel, receiver.url, events or ("*",))
    receiver.secret = added.secret
    return added.endpoint.id


async def until(reached: Callable[[], Any], seconds: float = 120) -> None:
    """Wait until it is so."""
    for _ in range(int(seconds * 20)):
        if reached():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come to pass")
