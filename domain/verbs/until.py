"""Until when something can be held."""

from datetime import UTC, datetime

LAST = datetime(2100, 1, 1, tzinfo=UTC)
"""Contracts name no later moments either."""


def until_refusal(until: datetime | None, now: datetime) -> str | None:
    """Why nothing can be held until then; None when it can, or nobody said until when."""
    if until is None:
        return None
    if until <= now:
        return f"{until:%Y-%m-%d %H:%M:%S} UTC is past: name an instant that is still to come"
    if until >= LAST:
        return f"{until:%Y-%m-%d} is after the year 2099: name an earlier day"
    return None
