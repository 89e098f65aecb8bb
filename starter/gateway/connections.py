"""Connections of the gateway, bounded in number and in time, so that slow ones take no room from others.

uvicorn closes a connection that is quiet between two requests, and knows no limit for one that sends a
request slowly. Here a request is whole within seconds, or its connection is cut; and answered within seconds,
or its client is told to repeat it, so that a busy machine, or work that is slow to cancel, leaves nobody
without an answer. Where no more fit, whoever has waited longest between two requests makes room, then whoever
has taken longest to send one; where all are being answered, a new one is told to come again.
"""

import asyncio
import logging
import resource
from dataclasses import dataclass, field
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from starter.gateway.problems.answers import problem
from starter.gateway.problems.causes import AWAY

MOST_CONNECTIONS = 1000
FILES_FOR_OTHERS = 192
"""What the database, Temporal, logs and a burst of accepted connections may need at a time."""
_MOST_FILES = 65536
_WHOLE = (h11.DONE, h11.MUST_CLOSE, h11.CLOSED, h11.ERROR)

log = logging.getLogger("starter.gateway")


@dataclass
class Room:
    """How many connections there may be and how long each may take, in seconds."""

    most: int
    to_receive: float = 10
    to_answer: float = 30
    connections: int = 0
    receiving: dict["Bounded", None] = field(default_factory=dict)
    """Those that have not sent a whole request, the longest waiting first."""
    idle: dict["Bounded", None] = field(default_factory=dict)
    """Those that were answered and have sent nothing since, the longest waiting first."""


def connections_that_fit() -> int:
    """How many connections there may be, after this process was allowed all the files that it can be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    files = MOST_CONNECTIONS + FILES_FOR_OTHERS if soft == resource.RLIM_INFINITY else soft
    return max(8, min(MOST_CONNECTIONS, files - FILES_FOR_OTHERS))


def bounded(room: Room) -> type["Bounded"]:
    """The connections that share this room."""
    return type("Connection", (Bounded,), {"room": room})


def _last_answer(code: str, detail: str) -> bytes:
    """What is sent before a connection is closed in place of an answer of the application."""
    said = problem(code, detail)
    headers = [name + b": " + value for name, value in said.raw_headers]
    lines = [b"HTTP/1.1 503 Service Unavailable", *headers, b"connection: close", b"", bytes(said.body)]
    return b"\r\n".join(lines)


_FULL = _last_answer("busy", "too many came at once")
_LATE = _last_answer("unavailable", AWAY)


class Bounded(H11Protocol):
    """One connection."""

    room: ClassVar[Room]

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._deadline: asyncio.TimerHandle | None = None
        self._turned_away = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take part, or be told to come again."""
        if self.room.connections >= self.room.most and not self._make_room():
            self._turned_away = True
            log.warning("turned a connection away: all %d are being answered", self.room.most)
            transport.write(_FULL)
            transport.close()
            return
        self.room.connections += 1
        super().connection_made(transport)
        self._receive()

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave."""
        if self._turned_away:
            return
        self.room.connections -= 1
        self.room.idle.pop(self, None)
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take a part of a request: from its first byte on it has to be whole in time."""
        if self._turned_away:
            return
        self.room.idle.pop(self, None)
        if self._deadline is None:
            self._receive()
        super().data_received(data)
        self._look_whether_it_is_whole()

    def on_response_complete(self) -> None:
        """Wait for the next request, a part of which may be here already."""
        if self not in self.room.receiving:
            self._stop_waiting()
        super().on_response_complete()
        if self._deadline is not None or self.transport.is_closing():
            return
        if self.conn.trailing_data[0] or self.conn.their_state is not h11.IDLE:
            self._receive()
            self._look_whether_it_is_whole()
        else:
            self.room.idle[self] = None

    def cut(self, why: str) -> None:
        """End it at once."""
        self.room.idle.pop(self, None)
        self._stop_waiting()
        log.warning("cut a connection: %s", why)
        self.transport.abort()

    def _make_room(self) -> bool:
        oldest = next(iter(self.room.idle), None)
        if oldest is not None:
            oldest.cut("others wait, and it had no request")
            return True
        slowest = next(iter(self.room.receiving), None)
        if slowest is not None:
            slowest.cut("others wait, and it had not sent a whole request")
        return slowest is not None

    def _receive(self) -> None:
        self.room.receiving[self] = None
        self._deadline = self.loop.call_later(
            self.room.to_receive, self.cut, "its request was not whole in time"
        )

    def _look_whether_it_is_whole(self) -> None:
        if self in self.room.receiving and self.conn.their_state in _WHOLE:
            self._stop_waiting()
            self._deadline = self.loop.call_later(self.room.to_answer, self._give_up)

    def _give_up(self) -> None:
        late = "it was not answered in time"
        if self.cycle is None or self.cycle.response_started or self.transport.is_closing():
            self.cut(late)
            return
        log.warning("told a client to repeat a request: %s", late)
        self.cycle.disconnected = True  # whatever the application answers from here on goes nowhere
        self.cycle.message_event.set()
        self.transport.write(_LATE)
        self.transport.close()
        self._deadline = self.loop.call_later(self.room.to_receive, self.cut, "it did not read its answer")

    def _stop_waiting(self) -> None:
        self.room.receiving.pop(self, None)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
