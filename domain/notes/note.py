"""Notes: facts as they are stored, a code with typed parameters; sentences are made where they are read."""

import importlib
from datetime import UTC, datetime, tzinfo
from typing import Any, ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    SerializationInfo,
    ValidationError,
    model_serializer,
    model_validator,
)

from domain.notes.words import Language, Words

CODES: dict[str, type["Note"]] = {}
"""Every note by its code."""
WORDS_ERASED = "[...]"
"""Stands where words of people were erased, in either language."""
_TOLD_IN = "told_in"
LONGEST_TEXT = 200
"""Characters of a text that is not ours, in a note."""


class Note(BaseModel):
    """Base of all notes. Holds no personal data and no credential: Temporal's UI shows it.

    In JSON: its parameters, and `code`. A code that this build does not know is read as `Unknown`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    code: ClassVar[str] = ""
    free: ClassVar[frozenset[str]] = frozenset()
    """Which of its texts are words of people or of suppliers, and no names or codes of ours."""
    words: ClassVar[Words]

    def __init_subclass__(cls, *, code: str, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        if code in CODES:
            raise TypeError(f"two notes have the code {code}")
        cls.code = code
        CODES[code] = cls

    def say(self, lang: Language, zone: tzinfo = UTC, /) -> str:
        """The note in a language, with moments of a zone."""
        return self.words.say(lang, zone, **dict(self))

    def cut(self, most: int) -> Self:
        """The note with its texts no longer than `most` characters each."""
        cut = {
            name: value[:most] if isinstance(value, str) else value.cut(most)
            for name, value in self
            if isinstance(value, str | Note)
        }
        return self.model_copy(update=cut)

    def without_words(self) -> Self:
        """The note without what others said in their own words."""
        left = {
            name: WORDS_ERASED if name in self.free else value.without_words()
            for name, value in self
            if name in self.free or isinstance(value, Note)
        }
        return self.model_copy(update=left)

    @model_serializer
    def _for_programs(self, info: SerializationInfo) -> dict[str, Any]:
        """As it is stored; with its text where the context says in which language and zone (`told_in`)."""
        stored, reader = self.as_json(), (info.context or {}).get(_TOLD_IN)
        return {**stored, "text": self.say(*reader)} if reader else stored

    def as_json(self) -> dict[str, Any]:
        """The note as it is stored."""
        return {"code": self.code, **{name: _plain(value) for name, value in self}}

    @model_validator(mode="wrap")
    @classmethod
    def _of_its_code(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Any:
        if not isinstance(value, dict) or "code" not in value:
            return handler(value)
        said = {name: each for name, each in value.items() if name != "code"}
        kind = _kind(value["code"])
        return kind.model_validate(said) if kind else Unknown(what=str(value["code"])[:LONGEST_TEXT])


class Unknown(Note, code="unknown"):
    """A note that another build of Perkflow wrote."""

    words = Words("a note {what}, which this version does not know", "未知备注 {what}（当前版本无法识别）")
    what: str


def told_in(lang: Language, zone: tzinfo = UTC) -> dict[str, Any]:
    """The context in which models are dumped, so that their notes have a text beside the code."""
    return {_TOLD_IN: (lang, zone)}


def read(stored: dict[str, Any] | None) -> Note | None:
    """A note as it was stored; None for none.

    One that is none any more is `Unknown` too: a list does not fail for one row of it.
    """
    if stored is None:
        return None
    try:
        return Note.model_validate(stored)
    except ValidationError:
        return Unknown(what=str(stored.get("code", ""))[:LONGEST_TEXT])


def say(note: Note | None, lang: Language, zone: tzinfo = UTC) -> str:
    """A note in a language; empty for none."""
    return note.say(lang, zone) if note else ""


def _kind(code: str) -> type[Note] | None:
    """The class of a code. Most commands read few notes: those of suppliers are loaded when one is met."""
    if code not in CODES:
        importlib.import_module("domain.notes.every")
    return CODES.get(code)


def _plain(value: Any) -> Any:
    if isinstance(value, Note):
        return value.as_json()
    return value.isoformat() if isinstance(value, datetime) else value
