"""A tiny HTTP receiver of callbacks, in a thread, that answers as it is told to."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass(frozen=True)
class Received:
    """One callback as it came, and when (Unix seconds)."""

    body: bytes
    headers: dict[str, str]
    at: float

    @property
    def fields(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """Answers with `answers` in turn, the last one for ever."""

    url: str
    answers: list[bytes]
    received: list[Received] = field(default_factory=list)

    def wait_for(self, count: int, seconds: float = 5.0) -> list[Received]:
        """Exactly this many callbacks, and no more in the moment after."""
        wait_until(lambda: len(self.received) >= count, seconds)
        time.sleep(0.15)
        assert len(self.received) == count, [callback.fields for callback in self.received]
        return self.received


def wait_until(holds: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


@contextmanager
def receiving(*answers: bytes) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.received.append(Received(body, dict(self.headers), time.time()))
            answer = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(f"http://127.0.0.1:{server.server_address[1]}/", list(answers))
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
