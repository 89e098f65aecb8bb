"""Requests that take too long: whoever sent one whole is answered, and whoever left is no failure of ours."""

import asyncio
import logging

import httpx
import pytest
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from starter.gateway.connections import Room
from starter.gateway.guard import Guarded
from starter.gateway.metrics.requests import Measured
from tests.support.gateway import serving_app
from tests.support.servers.api import problem


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


async def test_work_that_is_slow_to_be_cancelled_keeps_nobody_from_an_answer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    cancelled, over = asyncio.Event(), asyncio.Event()

    async def work(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
            await over.wait()  # as a query is waited for that its server was asked to cancel

    room = Room(10, to_answer=0.2)
    guarded = Guarded(work, work_seconds=0.01)
    async with serving_app(guarded, room) as port, httpx.AsyncClient(trust_env=False, timeout=60) as http:
        answer = await http.post(f"http://127.0.0.1:{port}/", content=b"{}")
        await cancelled.wait()
        while room.connections:  # noqa: ASYNC110
            await asyncio.sleep(0)
        over.set()
    assert problem(answer) == (503, "unavailable")
    assert answer.json()["retryable"] is True
    assert (answer.headers["retry-after"], answer.headers["connection"]) == ("5", "close")
    assert lines(caplog) == ["told a client to repeat a request: it was not answered in time"]


async def test_an_answer_that_began_and_does_not_end_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    async def begin(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"1", "more_body": True})
        await receive()
        await receive()

    async with serving_app(begin, Room(10, to_answer=0.2)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n1")).startswith(b"HTTP/1.1 200 OK")
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
    assert lines(caplog) == ["cut a connection: it was not answered in time"]


async def test_a_client_that_leaves_before_its_body_is_read_is_no_failure(
    caplog: pytest.LogCaptureFixture,
) -> None:
    began, read, registry = asyncio.Event(), asyncio.Event(), CollectorRegistry()

    async def take(request: Request) -> Response:
        began.set()
        await read.wait()
        return PlainTextResponse(await request.body())

    async def unexpected(request: Request, error: Exception) -> Response:
        return PlainTextResponse("it is in our log", 500)

    app = Starlette(routes=[Route("/", take, methods=["POST"])], exception_handlers={Exception: unexpected})
    room = Room(10)
    async with serving_app(Measured(Guarded(app), registry, {take: "/"}, []), room) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
        await began.wait()
        writer.close()
        while room.connections:  # noqa: ASYNC110
            await asyncio.sleep(0)
        read.set()
        while registry.get_sample_value("perkflow_http_requests_in_flight"):  # noqa: ASYNC110
            await asyncio.sleep(0)
    counted = {"method": "POST", "route": "/", "status": "499"}
    assert registry.get_sample_value("perkflow_http_requests_total", counted) == 1
    assert lines(caplog) == []
