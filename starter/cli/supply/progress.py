"""How far a command over many things has come, on stderr, for whoever waits for it."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from starter.stack.progress import TELL_AFTER_SECONDS

Thing = TypeVar("Thing")


class Progress:
    """Says it once two seconds have gone by, and then every two seconds."""

    def __init__(self) -> None:
        self._tell_at = time.monotonic() + TELL_AFTER_SECONDS

    def counting(self, what: str, things: Iterable[Thing], of: str = "") -> Iterator[Thing]:
        """The same things, counted as they are taken: `what: 5000 of 20000 keys`."""
        for number, thing in enumerate(things):
            if time.monotonic() >= self._tell_at:
                print(f"{what}: {number}{of} keys", file=sys.stderr, flush=True)
                self._tell_at = time.monotonic() + TELL_AFTER_SECONDS
            yield thing
