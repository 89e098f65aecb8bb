"""Notes of which others are put together, and what somebody says in his own words."""

from domain.notes.note import Note
from domain.notes.words import Words


class Said(Note, code="said"):
    """Somebody's own words, fit to be shown."""

    free = frozenset({"text"})
    words = Words("{text}", "{text}")
    text: str


class Both(Note, code="both"):
    """Two facts."""

    words = Words("{first}; {second}", "{first}；{second}")
    first: Note
    second: Note


class Because(Note, code="because"):
    """A fact, and behind it why, or what was said."""

    words = Words("{what}: {why}", "{what}：{why}")
    what: Note
    why: Note


def both(first: Note | None, second: Note) -> Note:
    """Two facts, or the second where there is no first."""
    return Both(first=first, second=second) if first else second


def because(what: Note, why: Note | None) -> Note:
    """A fact, and why, where that is known."""
    return Because(what=what, why=why) if why else what


def saying(what: Note, text: str) -> Note:
    """A fact, and the words of its sender, where there are any."""
    return because(what, Said(text=text) if text else None)
