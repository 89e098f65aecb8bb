"""The gateway among clients that are slow, many or loud: others are answered, and its log stays short."""

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from adapters.fulu.adapter import Fulu
from starter.desk.desk import Desk
from starter.gateway.app import build_gateway
from starter.gateway.callbacks import LARGEST_BODY
from starter.gateway.connections import Room
from starter.gateway.seldom import Seldom
from starter.gateway.service import Service
from storage.base.sealing import Fingerprints, KeyRing, Vault
from tests.adapters.support import FULU
from tests.support.gateway import serving_app

HALF = b"POST /callbacks/fulu HTTP/1.1\r\nHost: x\r\n"
HEADERS = HALF + b"Content-Length: 5\r\n\r\n"
VAULT = Vault(KeyRing.parse(f"k1:{base64.b64encode(bytes(32)).decode()}"), Fingerprints(bytes(32)))
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def serving(room: Room, database: Any = None) -> AsyncIterator[int]:
    """The port of a gateway whose connections share this room."""
    nothing: Any = None
    app = build_gateway(Service(Desk(nothing, database, VAULT), database), {"fulu": Fulu(FULU)})
    async with serving_app(app, room) as port:
        yield port


async def slow(port: int, sent: bytes = HALF) -> Stream:
    """A connection that has sent a part of a request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    await writer.drain()
    return reader, writer


async def health(port: int) -> int:
    """The status of one ordinary request."""
    async with httpx.AsyncClient(trust_env=False) as http:
        return (await http.get(f"http://127.0.0.1:{port}/healthz")).status_code


def cuts(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "starter.gateway"]


@pytest.mark.parametrize("most", [1000, 100])
async def test_hundreds_of_slow_connections_keep_nobody_from_an_answer(
    most: int, caplog: pytest.LogCaptureFixture
) -> None:
    room, seldom = Room(most, to_receive=3600), Seldom()
    logging.getLogger("starter.gateway").addFilter(seldom)
    async with serving(room) as port:
        held = [await slow(port) for _ in range(700)]
        assert await health(port) == 200
        assert room.connections <= most
        for _, writer in held:
            writer.close()
    logging.getLogger("starter.gateway").removeFilter(seldom)
    others = "cut a connection: others wait, and it had not sent a whole request"
    assert cuts(caplog) == ([] if most == 1000 else [others])


@pytest.mark.parametrize("sent", [b"", HALF, HEADERS, HEADERS + b"ab"], ids=["", "head", "body", "some"])
async def test_a_request_that_is_not_whole_in_time_is_cut(
    sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(Room(10, to_receive=0.2)) as port:
        reader, _ = await slow(port, sent)
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
    assert cuts(caplog) == ["cut a connection: its request was not whole in time"]


async def test_a_kept_connection_that_drips_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(Room(10, to_receive=0.5)) as port:
        reader, writer = await slow(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = await reader.readuntil(b'{"status":"serving"}')

        async def drip() -> None:
            while True:
                writer.write(b"G")
                await asyncio.sleep(0.05)

        dripping = asyncio.create_task(drip())
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        dripping.cancel()
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert cuts(caplog) == ["cut a connection: its request was not whole in time"]


ASKS = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
SERVING = b'{"status":"serving"}'


async def test_those_that_wait_for_their_next_request_make_room_the_longest_waiting_first(
    caplog: pytest.LogCaptureFixture,
) -> None:
    room = Room(3, to_receive=3600)
    async with serving(room) as port:
        first, second = await slow(port, ASKS), await slow(port, ASKS)
        for reader, _ in (first, second):
            await reader.readuntil(SERVING)
        sending = await slow(port)
        while len(room.receiving) != 1 or len(room.idle) != 2:  # noqa: ASYNC110
            await asyncio.sleep(0)
        first[1].write(ASKS)
        await first[0].readuntil(SERVING)
        fourth = await slow(port, ASKS)
        await fourth[0].readuntil(SERVING)
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await second[0].readexactly(1)
        assert (room.connections, len(room.idle), len(room.receiving)) == (3, 2, 1)
        first[1].write(ASKS)
        await first[0].readuntil(SERVING)
        sending[1].close()
    assert cuts(caplog) == ["cut a connection: others wait, and it had no request"]


async def test_where_all_are_being_answered_a_new_connection_is_told_to_come_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    room = Room(1, to_receive=3600)
    async with serving(room) as port:
        _, writer = await slow(port)
        while not room.receiving:  # noqa: ASYNC110
            await asyncio.sleep(0)
        room.receiving.clear()  # as if its request were whole
        reader, _ = await slow(port, b"")
        answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert b"\r\nretry-after: 5\r\n" in answer
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "busy"
    assert cuts(caplog) == ["turned a connection away: all 1 are being answered"]


async def test_a_body_that_says_it_is_too_long_is_not_read() -> None:
    said = HALF + f"Content-Length: {LARGEST_BODY + 1}\r\n\r\n".encode()
    async with serving(Room(10, to_receive=3600)) as port:
        reader, _ = await slow(port, said)
        answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "too_large"


async def test_a_line_of_a_kind_is_written_once_in_a_while_with_how_many_were_not(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = 0.0
    log, seldom = logging.getLogger("starter.gateway"), Seldom(every=60, clock=lambda: now)
    log.addFilter(seldom)
    for turn in range(1000):
        log.warning("refused a callback to %s", turn)
    now = 60.0
    log.warning("refused a callback to %s", "fulu")
    log.removeFilter(seldom)
    assert cuts(caplog) == [
        "refused a callback to 0",
        "refused a callback to fulu (999 more like it since the last such line)",
    ]
