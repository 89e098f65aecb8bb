"""When a supplier connection is left alone, and when it is tried again.

Five failures in a row open its circuit. While it is open nothing is bought there, until one purchase is let
through to see; each further failure doubles the wait. Any answer closes it, also a refusal.
"""

from datetime import datetime, timedelta

FAILURES_TO_OPEN = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=10)


def opens(failures: int) -> bool:
    """Whether so many failures in a row open the circuit, or keep it open."""
    return failures >= FAILURES_TO_OPEN


def next_try(failures: int, last: datetime) -> datetime:
    """When one purchase is let through again, after so many failures and the last try at `last`."""
    doublings = min(failures - FAILURES_TO_OPEN, 10)
    return last + min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
