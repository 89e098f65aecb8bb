"""Whether a request may have left decides everything: each failure, by kind and over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import httpx
import pytest
import respx
from pydantic import BaseModel, ValidationError

from adapters.http import LARGEST_BODY, Conversation, Unusable, WebAddress, Wire
from adapters.supplier import NotSent
from domain.notes.supply.exchanges import HttpStatus
from domain.supply.outcomes import Uncertain
from worker import CALLS_PER_QUEUE

URL = "http://supplier.test/order"
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire(timedelta(seconds=1))
    yield wire
    await wire.aclose()


async def ask(wire: Wire, handler: Handler) -> str:
    """The answer of a one-connection server that treats the request as `handler` does."""
    async with await asyncio.start_server(handler, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        return await Conversation(wire).post(f"http://127.0.0.1:{port}/", b"{}", {})


@pytest.mark.parametrize("failure", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
async def test_without_a_connection_nothing_was_sent(
    wire: Wire, respx_mock: respx.MockRouter, failure: type[httpx.TransportError]
) -> None:
    respx_mock.post(URL).mock(side_effect=failure)
    with pytest.raises(NotSent, match=rf"^no connection to the supplier \({failure.__name__}\)$"):
        await wire.post(URL, b"{}", {})


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ReadTimeout,
        httpx.WriteTimeout,
        httpx.ReadError,
        httpx.WriteError,
        httpx.CloseError,
        httpx.RemoteProtocolError,
        httpx.LocalProtocolError,
        httpx.ProxyError,
        httpx.DecodingError,
        ConnectionResetError,
    ],
)
async def test_after_a_connection_the_request_may_have_been_sent(
    wire: Wire, respx_mock: respx.MockRouter, failure: type[Exception]
) -> None:
    respx_mock.post(URL).mock(side_effect=failure("http://user:pw@supplier.test"))
    with pytest.raises(Unusable, match=rf"^no answer from the supplier \({failure.__name__}\)$"):
        await wire.post(URL, b"{}", {})


@pytest.mark.parametrize("url", ["ftp://supplier.test/", "supplier.test/", "http://[::1"])
async def test_an_unusable_address_sends_nothing(wire: Wire, url: str) -> None:
    with pytest.raises(NotSent, match=r"^the configured address cannot be used"):
        await wire.post(url, b"{}", {})


async def test_a_refused_connection_sends_nothing(wire: Wire) -> None:
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    with pytest.raises(NotSent, match=r"^no connection to the supplier \(ConnectError\)$"):
        await wire.post(f"http://127.0.0.1:{port}/", b"{}", {})


async def test_a_connection_dropped_after_the_request_is_unusable(wire: Wire) -> None:
    async def drop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        writer.close()

    with pytest.raises(Unusable, match=r"\(RemoteProtocolError\)$"):
        await ask(wire, drop)


async def test_a_truncated_answer_is_unusable(wire: Wire) -> None:
    async def truncate(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"code":1000')
        writer.close()

    with pytest.raises(Unusable, match=r"\(RemoteProtocolError\)$"):
        await ask(wire, truncate)


async def test_an_answer_that_drips_ends_with_the_timeout() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(20):
            writer.write(b" ")
            await asyncio.sleep(0.05)
        writer.close()

    wire = Wire(timedelta(seconds=0.3))
    with pytest.raises(Unusable, match=r"\(TimeoutError\)$"):
        await ask(wire, drip)
    await wire.aclose()


@pytest.mark.parametrize("status", [201, 204, 301, 302, 307, 400, 401, 403, 404, 429, 500, 502, 503, 504])
async def test_any_status_but_200_is_unusable(wire: Wire, respx_mock: respx.MockRouter, status: int) -> None:
    respx_mock.post(URL).respond(status, headers={"Location": "http://elsewhere.test/"}, text="{}")
    with pytest.raises(Unusable, match=f"^HTTP {status}$"):
        await Conversation(wire).post(URL, b"{}", {})
    assert respx_mock.calls.call_count == 1


DATE = "Mon, 23 Nov 2026 08:30:30 GMT"
WAITS: list[tuple[int, dict[str, str], bool, int | None]] = [
    (429, {}, True, 0),
    (429, {"Retry-After": "120"}, True, 120),
    (429, {"Retry-After": " 3 "}, True, 3),
    (429, {"Retry-After": "86400"}, True, 900),
    (429, {"Retry-After": "9" * 400}, True, 900),
    (429, {"Retry-After": "-1"}, True, 0),
    (429, {"Retry-After": "soon"}, True, 0),
    (
        429,
        {"Retry-After": "Mon, 23 Nov 2026 08:32:00 GMT", "Date": DATE},
        True,
        90,
    ),
    (429, {"Retry-After": "Mon, 23 Nov 2026 08:30:00 GMT", "Date": DATE}, True, 0),
    (429, {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, True, 900),
    (429, {"Retry-After": "Mon, 23 Nov 2020 08:30:00 GMT"}, True, 0),
    (503, {"Retry-After": "120"}, False, 120),
    (503, {}, False, None),
    (500, {}, False, None),
]


@pytest.mark.parametrize(("status", "headers", "answered", "seconds"), WAITS)
async def test_a_busy_supplier_says_when_it_wants_to_be_asked_again(
    wire: Wire,
    respx_mock: respx.MockRouter,
    status: int,
    headers: dict[str, str],
    answered: bool,
    seconds: int | None,
) -> None:
    respx_mock.post(URL).respond(status, headers=headers)
    with pytest.raises(Unusable) as raised:
        await Conversation(wire).post(URL, b"{}", {})
    after = None if seconds is None else timedelta(seconds=seconds)
    assert raised.value.outcome == Uncertain(HttpStatus(status=status), after=after)
    assert raised.value.outcome.silent is not answered


async def test_an_answer_may_be_one_mebibyte_and_not_a_byte_more(
    wire: Wire, respx_mock: respx.MockRouter
) -> None:
    respx_mock.post(URL).mock(
        side_effect=[
            httpx.Response(200, content=b" " * LARGEST_BODY),
            httpx.Response(200, content=b" " * (LARGEST_BODY + 1)),
        ]
    )
    assert len((await wire.post(URL, b"{}", {})).body) == 1048576
    with pytest.raises(Unusable, match=r"^the answer is larger than 1048576 bytes$"):
        await wire.post(URL, b"{}", {})


async def test_calls_in_every_slot_of_both_queues_reach_a_supplier_that_answers_none() -> None:
    calls = 2 * CALLS_PER_QUEUE
    arrived, all_arrived = 0, asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal arrived
        await reader.readuntil(b"{}")
        arrived += 1
        if arrived == calls:
            all_arrived.set()
        await all_arrived.wait()
        writer.close()

    wire = Wire(timedelta(seconds=20))
    async with await asyncio.start_server(silent, "127.0.0.1", 0, backlog=calls) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        ends = await asyncio.gather(
            *(wire.post(url, b"{}", {}) for _ in range(calls)), return_exceptions=True
        )
    await wire.aclose()
    assert [type(end) for end in ends] == [Unusable] * calls


async def test_not_sent_passes_only_while_nothing_was_sent(wire: Wire, respx_mock: respx.MockRouter) -> None:
    respx_mock.post(URL).mock(side_effect=[httpx.Response(200, text="1"), httpx.ConnectError])
    talk = Conversation(wire)
    await talk.post(URL, b"first", {})
    with pytest.raises(Unusable, match=r"^a later request was not sent: no connection"):
        await talk.post(URL, b"second", {})


async def test_the_exchange_holds_the_bodies_in_order_and_no_header(
    wire: Wire, respx_mock: respx.MockRouter
) -> None:
    respx_mock.post(URL).mock(side_effect=[httpx.Response(200, text="one"), httpx.ReadTimeout])
    talk = Conversation(wire)
    await talk.post(URL, b"first", {"X-Signature": "c0ffee"})
    with pytest.raises(Unusable):
        await talk.post(URL, b"second", {"X-Signature": "c0ffee"})
    assert (talk.exchange.request, talk.exchange.response) == ("first\nsecond", "one\n")
    assert repr(talk.exchange) == "Exchange()"


class Configured(BaseModel):
    address: WebAddress


def test_an_address_loses_its_trailing_slash() -> None:
    assert Configured(address="https://shop.example/").address == "https://shop.example"


@pytest.mark.parametrize(
    "address",
    [
        "shop.example",
        "ftp://shop.example",
        "http://",
        "http://[::1",
        "http://a:b@shop.example",
        "http://s/?k=1",
    ],
)
def test_an_unusable_address_is_refused_when_configured(address: str) -> None:
    with pytest.raises(ValidationError):
        Configured(address=address)
