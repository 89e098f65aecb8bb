"""Addresses that open nothing: the more of them a source tries, the slower it is answered."""

import asyncio

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

FREE = RateLimitItemPerMinute(20)
"""Of one source: whoever mistypes an address is not slowed down."""
SLOW_SECONDS = 1.0
MOST_WAITING = 50
"""Beyond these nobody is kept waiting, since whoever waits holds a connection."""


class WrongAddresses:
    """How long each wrong one waits. Nobody is refused: a buyer may come from the same source."""

    def __init__(self) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._waiting = 0

    async def wait(self, source: str) -> None:
        """Keep whoever tried too many waiting."""
        if self._limiter.hit(FREE, source) or self._waiting >= MOST_WAITING:
            return
        self._waiting += 1
        try:
            await asyncio.sleep(SLOW_SECONDS)
        finally:
            self._waiting -= 1
