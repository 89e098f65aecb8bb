"""How long the book keeps what has done its work. Orders and their timelines are kept for good."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Retention:
    """Each for so long after it has done its work."""

    events: timedelta = timedelta(days=90)
    """Public events, and what endpoints answered, after they were made public."""
    links: timedelta = timedelta(days=30)
    """Reveal links, after they expired."""


USUAL = Retention()
LEAST_FOR_EVENTS = timedelta(days=14)
"""Longer than events are sent to an endpoint that answers nothing well."""
