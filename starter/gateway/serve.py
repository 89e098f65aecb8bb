"""Serving the gateway until it is stopped."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from starter.gateway.connections import Room, bounded, connections_that_fit
from starter.gateway.seldom import write_seldom

GRACE_SECONDS = 10
KEEP_ALIVE_SECONDS = 5
MOST_OPERATORS = 20
"""Connections of those who scrape."""
BACKLOG = 64
"""Connections that are accepted at a time, before any of them is counted."""


class _Server(uvicorn.Server):
    """A server that a signal ends and not the process, which has connections to close."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self.handle_exit, number, None)
        yield


class _Beside(uvicorn.Server):
    """A server that ends with another one, and minds no signal."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int) -> socket.socket:
    """A listener: from here on a supplier's connection waits instead of being refused. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


async def serve(app: ASGIApp, listener: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM, which let requests under way finish."""
    write_seldom()
    config = configured(app, Room(connections_that_fit()))
    await _Server(config).serve(sockets=[listener])


@asynccontextmanager
async def serving_beside(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serve to operators while the block runs."""
    server = _Beside(configured(app, Room(MOST_OPERATORS)))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


def configured(app: ASGIApp, room: Room) -> uvicorn.Config:
    """How requests are served: their connections share this room."""
    return uvicorn.Config(
        app,
        http=bounded(room),
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
