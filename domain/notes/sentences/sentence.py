"""Sentences: as notes are, a code with typed parameters, but made from what is read and never stored."""

import inspect
import re
from datetime import UTC, datetime, tzinfo
from typing import Any, ClassVar, Protocol, dataclass_transform

from pydantic import BaseModel

from domain.notes.words import Language, Words

SENTENCES: dict[str, type["Sentence"]] = {}
"""Every sentence by its code."""
_COMMA = {Language.EN: ", ", Language.ZH: "、"}


class Sayable(Protocol):
    """Whatever has words in both languages: a sentence, a note, the title of a verb, a condition."""

    def say(self, lang: Language, zone: tzinfo = UTC, /) -> str:
        """It in a language, with moments of a zone."""


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Sentence:
    """Base of all sentences. Its code is its name; what it holds is what its words name.

    As a frozen dataclass is, without the code that one writes for each class: commands start with these.
    """

    code: ClassVar[str] = ""
    words: ClassVar[Words]
    parameters: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        if cls.code in SENTENCES:
            raise TypeError(f"two sentences have the code {cls.code}")
        cls.parameters = tuple(inspect.get_annotations(cls))
        SENTENCES[cls.code] = cls

    def __init__(self, **parameters: Any) -> None:
        if parameters.keys() != set(self.parameters):
            raise TypeError(f"{self.code} is made of {', '.join(self.parameters)}")
        vars(self).update(parameters)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={each!r}' for name, each in vars(self).items())})"

    def say(self, lang: Language, zone: tzinfo = UTC, /) -> str:
        """The sentence in a language, with moments of a zone."""
        said = {name: _shown(each, lang, zone) for name, each in vars(self).items()}
        return self.words.say(lang, zone, **said)

    def as_json(self) -> dict[str, Any]:
        """The sentence for programs: its code and its parameters."""
        said = {name: _plain(each) for name, each in vars(self).items() if each is not None}
        return {"code": self.code, **said}


class Plain(Sentence):
    """A name, or what else is the same in every language."""

    words = Words("{text}", "{text}")
    text: str


class Listed(Sentence):
    """Several of a kind, in one line."""

    words = Words("{parts}", "{parts}")
    parts: tuple[Sayable, ...]


class AndMore(Sentence):
    """The first of many, and how many more there are."""

    words = Words("{first} and {more} more", "{first}，另有 {more} 项")
    first: Sayable
    more: int


class WithWhy(Sentence):
    """A fact, and in brackets what was noted about it."""

    words = Words("{what} ({why})", "{what}（{why}）")
    what: Sayable
    why: Sayable


class Followed(Sentence):
    """Two facts of which the second follows."""

    words = Words("{first}; {second}", "{first}；{second}")
    first: Sayable
    second: Sayable


class WithNote(Sentence):
    """A fact, and what was noted in the book about it."""

    words = Words("{what} ({note})", "{what}，备注：{note}")
    what: Sayable
    note: Sayable


def paragraph(sentences: list[Sentence], lang: Language, zone: tzinfo = UTC) -> str:
    """Sentences in a row, each with its stop."""
    said = [each.say(lang, zone) for each in sentences]
    if lang is Language.ZH:
        return "".join(f"{each}。" for each in said)
    return " ".join(f"{each[:1].upper()}{each[1:]}." for each in said)


def _shown(value: Any, lang: Language, zone: tzinfo) -> Any:
    if isinstance(value, tuple):
        return _COMMA[lang].join(each if isinstance(each, str) else each.say(lang, zone) for each in value)
    return value


def _plain(value: Any) -> Any:
    if hasattr(value, "as_json"):
        return value.as_json()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.say(Language.EN) if hasattr(value, "say") else value
