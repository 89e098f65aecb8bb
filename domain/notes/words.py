"""A text in both languages, and how its parameters are said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from string import Formatter
from typing import Any

from domain.notes.names import NAMES


class Language(StrEnum):
    """A language that people are told in."""

    EN = "en"
    ZH = "zh"


@dataclass(frozen=True)
class Words:
    """A text in both languages; `{name}` is a parameter, `{name:state}` one of `names.NAMES`."""

    en: str
    zh: str

    def say(self, lang: Language, zone: tzinfo = UTC, /, **parameters: Any) -> str:
        """The text in a language, with moments of a zone."""
        return _Teller(lang, zone).vformat(self.en if lang is Language.EN else self.zh, (), parameters)


def name(table: str, value: str, lang: Language) -> str:
    """The words for a value of a list of `names.NAMES`; the value itself where that has none."""
    words: Mapping[str, tuple[str, str]] = NAMES[table]
    english, chinese = words.get(value, (value, value))
    return english if lang is Language.EN else chinese


def clock(at: datetime, zone: tzinfo = UTC) -> str:
    """A moment as people read it: to the second, in a zone, with its offset."""
    return at.astimezone(zone).isoformat(" ", "seconds")


class _Teller(Formatter):
    def __init__(self, lang: Language, zone: tzinfo) -> None:
        self._lang, self._zone = lang, zone

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec in NAMES:
            return name(format_spec, str(value), self._lang)
        if hasattr(value, "say"):
            return str(value.say(self._lang, self._zone))
        if isinstance(value, datetime):
            return clock(value, self._zone)
        return "" if value is None else format(value, format_spec)
