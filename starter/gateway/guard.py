"""What every request of the HTTP API passes: bounds of size and time, security headers, no stack traces.

Paths reach the routes as they were sent, so that an order number may hold a slash: `WC%2F2024%2F1`.
"""

import asyncio
import logging
import traceback

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from starter.gateway.problems.answers import Refused, answer
from starter.gateway.problems.causes import AWAY, refusal_of

LARGEST_BODY = 1024 * 1024
"""Bytes. A bundle of fifty components with all its texts is far below it."""
WORK_SECONDS = 25
"""Below the time after which the connection gives the answer itself (`connections.Room.to_answer`)."""
_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)

log = logging.getLogger("starter.gateway")


class Guarded:
    """An application behind those bounds."""

    def __init__(self, app: ASGIApp, work_seconds: float = WORK_SECONDS) -> None:
        self._app = app
        self._work_seconds = work_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        answering = _Answering(send)
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        asked, scope = scope, {**scope, "method": method, "path": scope["raw_path"].decode("latin-1")}
        refused = None
        try:
            if (said := _length(scope)) is not None and said > LARGEST_BODY:
                raise _too_large()
            async with asyncio.timeout(self._work_seconds):
                try:
                    await self._app(scope, _bounded(receive, answering), answering)
                finally:
                    asked["endpoint"] = scope.get("endpoint")  # for whoever counts requests by their routes
        except Refused as error:
            refused = error
        except TimeoutError:
            refused = Refused("unavailable", AWAY)
        except ClientDisconnect:
            return
        except Exception as error:
            log.error("a request failed: %s at %s", type(error).__name__, _place(error))
            refused = refusal_of(error)
        if refused is not None and not answering.began:
            await answer(refused)(scope, receive, answering)


class _Answering:
    """Sends, with the headers of every answer, while anybody listens; knows whether anything was sent."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.began = False
        self.nobody_listens = False

    async def __call__(self, message: Message) -> None:
        if self.nobody_listens:
            return
        if message["type"] == "http.response.start":
            self.began = True
            known = {name for name, _ in message["headers"]}
            more = [each for each in _HEADERS if each[0] not in known]
            message = {**message, "headers": [*message["headers"], *more]}
        await self._send(message)


def _bounded(receive: Receive, answering: _Answering) -> Receive:
    """The same body, which may not be longer than it is allowed to be, until the client leaves."""
    had = 0

    async def bounded() -> Message:
        nonlocal had
        message = await receive()
        answering.nobody_listens |= message["type"] == "http.disconnect"
        had += len(message.get("body", b""))
        if had > LARGEST_BODY:
            raise _too_large()
        return message

    return bounded


def _length(scope: Scope) -> int | None:
    said = dict(scope["headers"]).get(b"content-length", b"")
    return int(said) if said.isdigit() and len(said) < 20 else None


def _too_large() -> Refused:
    return Refused("too_large", f"at most {LARGEST_BODY} bytes")


def _place(error: BaseException) -> str:
    """Where it was raised. Its text could quote what somebody sent, so nobody reads that."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.name}, line {frame.lineno} of {frame.filename.rpartition('/')[2]}"
