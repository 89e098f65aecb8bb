"""The one place that sends requests to suppliers, and the one that knows whether a request may have left.

    NotSent     nothing left this machine: no connection, no free slot, or an address that cannot be used
    Unusable    bytes may have left, and what came back cannot be read: to the caller it is `Uncertain`

Too many requests (429) is an answer: the supplier lives. That nothing was accepted no vendor promises, so to
a purchase it is `Unusable` like the rest. It and 503 say in `Retry-After` when to ask again.
Nothing is retried and no redirect is followed, since either would send an order twice. Exception texts name
the kind of failure only: an httpx text may carry an address, and a body carries accounts and cards.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Annotated

import httpx
from pydantic import AfterValidator

from adapters.answers.retry_after import asked_wait
from adapters.supplier import Exchange, NotSent
from domain.notes.note import Note
from domain.notes.supply.exchanges import (
    AddressUnusable,
    AnswerTooLarge,
    HttpStatus,
    LaterNotSent,
    NeitherUtf8NorGbk,
    NoAnswer,
    NoConnectionTo,
)
from domain.notes.words import Language
from domain.supply.outcomes import Uncertain

TOO_MANY_REQUESTS = 429
LARGEST_BODY = 1024 * 1024
"""Bytes. The largest documented answer (a page of goods) is far below it."""

_LIMITS = httpx.Limits(max_connections=128, max_keepalive_connections=8, keepalive_expiry=5)
"""More than the slots of both its queues: a question finds a socket while every purchase hangs."""
_NO_CONNECTION = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_NO_ADDRESS = (httpx.UnsupportedProtocol, httpx.InvalidURL)


def decode(body: bytes, declared: str = "") -> str:
    """A body's text: UTF-8, as vendors promise, or else the GBK that some of their servers answer in.

    A short text in GBK can read as UTF-8 by accident, but not as Chinese: then the `declared` charset
    decides. Raises UnicodeDecodeError.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030")
    says_gbk = declared.lower().startswith("gb") and not text.isascii()
    return body.decode("gb18030", "replace") if says_gbk and max(text) < "\u3000" else text


class Unusable(Exception):
    """No usable answer to a request that may have been sent. The text holds no secret, account or card.

    `answered`: the supplier is there, and too busy; `after`: when it wants to be asked again.
    """

    def __init__(self, why: Note, *, answered: bool = False, after: timedelta | None = None) -> None:
        super().__init__(why.say(Language.EN))
        self.why = why
        self.answered = answered
        self.after = after

    @property
    def outcome(self) -> Uncertain:
        """What it means to an order."""
        return Uncertain(self.why, silent=not self.answered, after=self.after)


def _web_address(value: str) -> str:
    try:
        url = httpx.URL(value)
    except httpx.InvalidURL:
        raise ValueError("not a usable web address") from None
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query or url.fragment:
        raise ValueError("must be an http(s) address without credentials, query or fragment")
    return value.rstrip("/")


WebAddress = Annotated[str, AfterValidator(_web_address)]
"""A supplier's address as it may be configured; a trailing slash is dropped."""


@dataclass(frozen=True)
class Reply:
    """What came back. The body is bytes, since a supplier may answer in an encoding it did not announce."""

    status: int
    body: bytes = field(repr=False)
    after: timedelta | None = None
    """When the supplier wants to be asked again, where it says so."""
    charset: str = ""
    """As it was declared."""

    @property
    def text(self) -> str:
        """The body's text. Raises UnicodeDecodeError."""
        return decode(self.body, self.charset)

    @property
    def shown(self) -> str:
        """The same for people, whatever came."""
        try:
            return self.text
        except UnicodeDecodeError:
            return self.body.decode("utf-8", "replace")


class Wire:
    """One connection's own httpx client: suppliers share neither sockets nor cookies nor time.

    `timeout` bounds the whole exchange. Waiting for a free slot, connecting and the TLS handshake get a
    quarter of it each (5 s at most), so that a supplier that cannot be reached is told from a silent one.
    The environment's proxy variables and .netrc are not read: the destination is the connection's alone.
    """

    def __init__(self, timeout: timedelta) -> None:
        self._seconds = timeout.total_seconds()
        to_connect = min(5.0, self._seconds / 4)
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(self._seconds, connect=to_connect, pool=to_connect),
            limits=_LIMITS,
            verify=_trusted_authorities(),
            headers={"Content-Type": "application/json", "Accept-Encoding": "identity"},
            follow_redirects=False,
            trust_env=False,
        )

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send once. Raises NotSent or Unusable, never anything of httpx."""
        try:
            async with (
                asyncio.timeout(self._seconds),
                self._client.stream("POST", url, content=body, headers=headers) as response,
            ):
                after = asked_wait(response.headers, datetime.now(UTC))
                charset = response.charset_encoding or ""
                return Reply(response.status_code, await _limited(response), after, charset)
        except _NO_CONNECTION as error:
            raise NotSent(NoConnectionTo(error=type(error).__name__)) from None
        except _NO_ADDRESS as error:
            raise NotSent(AddressUnusable(error=type(error).__name__)) from None
        except (httpx.HTTPError, OSError) as error:
            raise Unusable(NoAnswer(error=type(error).__name__)) from None

    async def aclose(self) -> None:
        await self._client.aclose()


@cache
def _trusted_authorities() -> ssl.SSLContext:
    """Read once: every connection trusts the same authorities, and reading them takes a tenth of a second."""
    return httpx.create_ssl_context(trust_env=False)


async def _limited(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise Unusable(AnswerTooLarge(most=LARGEST_BODY))
    return bytes(body)


class Conversation:
    """The requests that one call of an adapter makes, in order, and their answers.

    NotSent is the truth about the whole call: it passes only while no earlier request of it was sent.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._requests: list[str] = []
        self._responses: list[str] = []

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> str:
        """The text of an HTTP 200 answer. Raises NotSent, or Unusable for any other status."""
        try:
            reply = await self._wire.post(url, body, headers)
        except NotSent as error:
            if self._requests:
                raise Unusable(LaterNotSent(why=error.why)) from None
            raise
        except Unusable:
            self._record(body, "")
            raise
        self._record(body, reply.shown)
        if reply.status == TOO_MANY_REQUESTS:
            raise Unusable(
                HttpStatus(status=TOO_MANY_REQUESTS), answered=True, after=reply.after or timedelta()
            )
        if reply.status != 200:
            raise Unusable(HttpStatus(status=reply.status), after=reply.after)
        try:
            return reply.text
        except UnicodeDecodeError:
            raise Unusable(NeitherUtf8NorGbk()) from None

    def _record(self, request: bytes, response: str) -> None:
        self._requests.append(request.decode("utf-8"))
        self._responses.append(response)

    @property
    def exchange(self) -> Exchange:
        """The bodies so far, one line per request; headers, and with them signatures, are left out."""
        return Exchange(request="\n".join(self._requests), response="\n".join(self._responses))
