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
    paused: bool = False
    """Nothing is bought from its supplier, so what waits for it need not wait to be held."""


def doubt_of(
    askable: bool,
    doubted_at: datetime | None,
    asked_at: datetime | None,
    now: datetime,
    *,
    submitted_at: datetime | None = None,
    paused_at: datetime | None = None,
) -> Doubt:
    """The doubt about an attempt, by when it was left to a person first and asked about last.

    A supplier that somebody paused (`paused_at`) leaves it to people from then on. What was sent after the
    question (`submitted_at`), the question did not tell of.
    """
    paused = paused_at is not None
    left_to_people = min((at for at in (doubted_at, paused_at) if at is not None), default=None)
    if asked_at is None or left_to_people is None:
        return Doubt(askable=askable, paused=paused)
    last = max(left_to_people, submitted_at or left_to_people)
    return Doubt(askable, asked_in_vain=last < asked_at and now - asked_at <= FRESH, paused=paused)
