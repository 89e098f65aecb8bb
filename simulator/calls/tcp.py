"""Reaches below HTTP: a request's own TCP connection, to break it."""

import asyncio
import socket
import struct

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from uvicorn.protocols.http.h11_impl import H11Protocol

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class BreakableProtocol(H11Protocol):
    """HTTP/1.1 whose requests know their transport, as `request.state.transport`.

    Small answers leave at once: asyncio spares only sockets it made itself the wait for the client's
    acknowledgement (Nagle), which costs 40 ms a call.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


async def reset(request: Request) -> Response:
    """Drop the connection with a TCP reset; the answer returned goes nowhere."""
    transport = transport_of(request)
    raw = transport.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()
    await asyncio.sleep(0.01)
    return PlainTextResponse("")


async def close(request: Request) -> None:
    """Send what was written, then close the connection, whatever was promised to follow."""
    transport_of(request).close()
    await asyncio.sleep(0.01)


def transport_of(request: Request) -> asyncio.Transport:
    transport = getattr(request.state, "transport", None)
    if not isinstance(transport, asyncio.Transport):
        raise RuntimeError("connections can be broken only under simulator.serving.server")
    return transport
