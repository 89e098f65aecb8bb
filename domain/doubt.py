"""A purchase whose fate is not known: who can find out. Pure: the book keeps what it depends on.

A person's word that nothing was sold is taken only where a question cannot tell: the next purchase is made
under another number, and then the first one must not surface.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

FRESH = timedelta(minutes=15)
"""How long a question counts that did not tell; after that its supplier is to be asked once more."""


@dataclass(frozen=True)
class Doubt:
    """What is to be said of an unresolved attempt."""

    askable: bool = True
    """Its supplier can be asked about it."""
    asked_in_vain: bool = False
    """It was, once more since its answers were first left to a person and only just now, and did not tell."""


def doubt_of(askable: bool, doubted_at: datetime | None, asked_at: datetime | None, now: datetime) -> Doubt:
    """The doubt about an attempt, by when it was left to a person first and asked about last."""
    once_more = doubted_at is not None and asked_at is not None and asked_at > doubted_at
    fresh = asked_at is not None and now - asked_at <= FRESH
    return Doubt(askable=askable, asked_in_vain=once_more and fresh)
