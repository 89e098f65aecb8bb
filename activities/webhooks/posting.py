"""Posting a signed event to an address that somebody typed in: it is trusted with nothing.

The name is resolved here, every address that it has must be one of the public internet, and one of those is
connected to, under the name that was meant: a second look-up could give another. No redirect is followed, no
proxy is used, no connection is kept. Of an answer the first bytes are kept for its owner to read.
"""

import asyncio
import json
import socket
import ssl
from datetime import UTC, datetime, timedelta
from functools import cache

import httpx
from standardwebhooks import Webhook

from adapters.answers.retry_after import asked_wait
from domain.webhooks.addresses import is_allowed
from storage.webhooks.sending import Answer, Letter

TIMEOUT = timedelta(seconds=20)
KEPT = 500
"""Bytes of an answer that are kept."""


class NotAllowed(Exception):
    """An address that nothing is sent to; the text says why, and not where it leads."""


class Poster:
    """Sends events; safe to share between jobs."""

    def __init__(self, *, loopback: bool = False, timeout: timedelta = TIMEOUT) -> None:
        """`loopback`: receivers on this machine are allowed, over plain http too."""
        self._loopback = loopback
        self._seconds = timeout.total_seconds()

    async def post(self, letter: Letter) -> Answer:
        """Send once, and tell what came of it. Never raises for what a receiver does."""
        started = datetime.now(UTC)
        asked, status = None, None
        try:
            async with asyncio.timeout(self._seconds):
                status, headers, beginning = await self._send(letter, started)
                text, asked = _readable(beginning), asked_wait(headers, datetime.now(UTC))
        except NotAllowed as error:
            text = str(error)
        except TimeoutError:
            text = f"no answer within {self._seconds:g} seconds"
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            text = f"no answer: {type(error).__name__}"
        return Answer(status, text, datetime.now(UTC) - started, asked)

    async def _send(self, letter: Letter, now: datetime) -> tuple[int, httpx.Headers, bytes]:
        """The status, the headers, and the first bytes as they came: nothing is unpacked."""
        url = httpx.URL(letter.url)
        if url.scheme not in ("https", "http") or not url.host:
            raise NotAllowed("not an https address")
        address = await self._checked_address(url)
        body = json.dumps(letter.body, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        headers = {
            **signed(letter, body, now),
            "Host": url.netloc.decode(),
            "User-Agent": "Perkflow",
            "Accept-Encoding": "identity",
        }
        async with (
            httpx.AsyncClient(
                verify=_trusted_authorities(),
                timeout=self._seconds,
                follow_redirects=False,
                trust_env=False,
            ) as client,
            client.stream(
                "POST",
                url.copy_with(host=address),
                content=body.encode(),
                headers=headers,
                extensions={"sni_hostname": url.host},
            ) as response,
        ):
            beginning = b""
            async for chunk in response.aiter_raw():
                beginning += chunk
                if len(beginning) >= KEPT:
                    break
            return response.status_code, response.headers, beginning[:KEPT]

    async def _checked_address(self, url: httpx.URL) -> str:
        """The address to connect to, after every one that the name has was looked at."""
        port = url.port or (443 if url.scheme == "https" else 80)
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise NotAllowed("its name cannot be resolved") from None
        addresses = [str(each[4][0]) for each in found]
        if not addresses or not all(is_allowed(each, loopback=self._loopback) for each in addresses):
            raise NotAllowed("its name leads to an address that is not of the public internet")
        if url.scheme == "http" and any(is_allowed(each, loopback=False) for each in addresses):
            raise NotAllowed("not an https address")
        return addresses[0]


def signed(letter: Letter, body: str, now: datetime) -> dict[str, str]:
    """The headers of the Standard Webhooks specification; signed with each of the endpoint's secrets."""
    signatures = [Webhook(secret).sign(letter.event_id, now, body) for secret in letter.secrets]
    return {
        "Content-Type": "application/json",
        "webhook-id": letter.event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _readable(beginning: bytes) -> str:
    return beginning.decode("utf-8", "replace").replace("\0", "\ufffd")


@cache
def _trusted_authorities() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)
