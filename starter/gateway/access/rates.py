"""How often a key may ask: in the memory of this process, which has its share of the rate."""

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from starter.desk.channels.keys import Caller


class Rates:
    """Counts the requests of keys. `processes`: so many gateways share what a key may do."""

    def __init__(self, processes: int = 1) -> None:
        self._processes = processes
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def seconds_to_wait(self, caller: Caller) -> int:
        """0 where the request may be served, which counts it; else after how many whole seconds it may."""
        share = RateLimitItemPerMinute(max(1, caller.rate_per_minute // self._processes))
        if self._limiter.hit(share, caller.key_id):
            return 0
        resets_at = self._limiter.get_window_stats(share, caller.key_id).reset_time
        return max(1, math.ceil(resets_at - time.time()))
