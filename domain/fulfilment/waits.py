"""How long to wait: between questions to a supplier, and before a hold tries again. Pure."""

from datetime import datetime, timedelta

FIRST_CHECK = timedelta(seconds=2)
LONGEST_CHECK = timedelta(minutes=15)
LONGEST_PATIENT_CHECK = timedelta(days=1)
HOLD_RETRY = timedelta(minutes=10)
LONGEST_HOLD_RETRY = timedelta(hours=6)
SHORTEST_FOR_PEOPLE = timedelta(days=1)
"""How long at least a hold waits that only a person can end, and what is unresolved before it is held."""

LONGEST_DISPUTE = timedelta(days=180)
"""How long what comes due waits after a chargeback of its order's payment, for that to be settled."""


def for_people(window: timedelta) -> timedelta:
    """A hold's window, or as long as people need where that is longer."""
    return max(window, SHORTEST_FOR_PEOPLE)


def held_until(now: datetime, window: timedelta, due_at: datetime | None) -> datetime:
    """When a hold of this window ends: it counts from the delivery's instant where that is still to come."""
    return max(now, due_at or now) + window


def check_interval(checks: int, first: timedelta = FIRST_CHECK) -> timedelta:
    """How long to wait before asking again: `first`, then half as long again each time, up to 15 minutes."""
    return first * 1.5**checks if checks < 20 and first * 1.5**checks < LONGEST_CHECK else LONGEST_CHECK


def patient_interval(age: timedelta) -> timedelta:
    """How long to wait before asking again about a purchase of this age that was left to a person.

    An eighth of its age: a quarter of an hour at first, a day in the end.
    """
    return min(max(age / 8, LONGEST_CHECK), LONGEST_PATIENT_CHECK)


def hold_retry(attempts: int) -> timedelta:
    """How long a hold waits before it is tried again, after so many purchases."""
    doubled: timedelta = HOLD_RETRY * 2 ** min(attempts - 1, 10)
    return min(doubled, LONGEST_HOLD_RETRY)
