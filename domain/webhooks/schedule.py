"""When an event is tried again at an endpoint: the schedule of the Standard Webhooks specification.

Ten tries over 75 hours and 35 minutes. Each wait is up to a tenth longer than it says, so that what failed
together does not come back together; a receiver that says `Retry-After` is not asked earlier than that.
"""

from collections.abc import Sequence
from datetime import timedelta

WAITS: Sequence[timedelta] = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""What lies between one try and the next."""
TRIES = len(WAITS) + 1
JITTER = 0.1
LONGEST_ASKED = timedelta(hours=24)
"""No receiver can ask for more patience than that."""
FAILING_FOR = timedelta(days=5)
"""An endpoint that answered nothing well for so long is disabled."""


def next_wait(tries: int, chance: float, asked: timedelta | None = None) -> timedelta | None:
    """How long to wait after so many tries that failed; None once there were enough.

    `chance` is a number from 0 up to 1; `asked` what the receiver wants.
    """
    if tries >= TRIES:
        return None
    wait = WAITS[tries - 1] * (1 + JITTER * chance)
    return max(wait, min(asked, LONGEST_ASKED)) if asked else wait
