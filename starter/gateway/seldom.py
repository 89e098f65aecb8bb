"""Lines that strangers can cause are written seldom: one of a kind in a while, and how many were not."""

import logging
import time
from collections.abc import Callable

EVERY_SECONDS = 60.0
_LOGGERS = ("starter.gateway", "uvicorn.error", "asyncio")


class Seldom(logging.Filter):
    """Lets one line of a kind through in `every` seconds. A kind is a text before anything is filled in."""

    def __init__(self, every: float = EVERY_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._every = every
        self._clock = clock
        self._last: dict[str, float] = {}
        self._left_out: dict[str, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line is written; one that is tells how many like it were not."""
        kind, now = str(record.msg).partition("\n")[0], self._clock()
        if kind in self._last and now - self._last[kind] < self._every:
            self._left_out[kind] = self._left_out.get(kind, 0) + 1
            return False
        self._last[kind] = now
        if left_out := self._left_out.pop(kind, 0):
            record.msg = f"{record.msg} ({left_out} more like it since the last such line)"
        return True


def write_seldom() -> None:
    """Apply to all that strangers can make this process log."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(Seldom())
