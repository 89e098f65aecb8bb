"""Notes as tests read them."""

from typing import Any

from domain.notes.note import Note, read, say
from domain.notes.words import Language


def english(note: Note | dict[str, Any] | object) -> str:
    """A note in English, as it is or as an event holds it; empty for none."""
    if isinstance(note, dict):
        note = read(note)
    assert note is None or isinstance(note, Note)
    return say(note, Language.EN)
