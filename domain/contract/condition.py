"""Conditions: what must have happened before a component is released.

A condition is written, stored and sent as the same small tree: texts such as `delivered(video)` or
`quantity >= 2`, combined by mappings `all`, `any` and `not`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    PlainValidator,
    Tag,
    WithJsonSchema,
)

from domain.contract.document import Document

Attributes = Mapping[str, str | int]
"""What an order states, by name: numbers, texts, and dates as text (1990-12-31)."""


class Event(StrEnum):
    """What can happen to a release; `confirmed` happens to the whole order."""

    DELIVERED = "delivered"
    ACTIVATED = "activated"
    REDEEMED = "redeemed"
    CONFIRMED = "confirmed"


KNOWN = "delivered(x), activated(x), redeemed(x), confirmed, or a comparison such as quantity >= 2"
_CALL = re.compile(r"([a-z_]+)\s*(?:\(\s*([a-z0-9][a-z0-9_-]{0,63})\s*(?:,\s*([0-9]{1,4})\s*)?\))?")
_COMPARISON = re.compile(r"([a-z0-9][a-z0-9_-]{0,63})\s*(==|!=|<=|>=|<|>)\s*(.*)", re.DOTALL)
_MISWRITTEN = re.compile(r"([a-z0-9][a-z0-9_-]{0,63})\s*(=|=>|=<|<>)(?![=<>])\s*(.{1,200})")
_MEANT = {"=": "==", "=>": ">=", "=<": "<=", "<>": "!="}
_NUMBER = re.compile(r"-?[0-9]{1,15}")
_QUOTED = re.compile(r"\"([^\"]{1,200})\"|'([^']{1,200})'")
_BARE = re.compile(r"[^\s\"'()<>=!]{1,200}")


@dataclass(frozen=True)
class Happened:
    """Something happened to a component: to this release of it, or to any."""

    event: Event
    component: str = ""
    release: int | None = None

    def __str__(self) -> str:
        if self.event is Event.CONFIRMED:
            return "confirmed"
        number = "" if self.release is None else f", {self.release}"
        return f"{self.event}({self.component}{number})"


@dataclass(frozen=True)
class Comparison:
    """An attribute of the order compared with a value."""

    attribute: str
    operator: str
    value: str | int

    def __str__(self) -> str:
        quote = "'" if '"' in str(self.value) else '"'
        value = self.value if isinstance(self.value, int) else f"{quote}{self.value}{quote}"
        return f"{self.attribute} {self.operator} {value}"

    def is_met(self, attributes: Attributes) -> bool:
        """Whether it is true of these attributes. Raises KeyError when the attribute is not stated."""
        found, value = attributes[self.attribute], self.value
        if self.operator in ("==", "!="):
            return (found == value) is (self.operator == "==")
        if isinstance(found, int) and isinstance(value, int):
            return _in_order(found < value, found == value, self.operator)
        return _in_order(str(found) < str(value), str(found) == str(value), self.operator)


@dataclass(frozen=True)
class Constant:
    """What a condition is that the order's attributes settle."""

    value: bool


Atom = Happened | Comparison | Constant


def parse_atom(value: object) -> Atom:
    """Read one text. Raises ValueError that says what there is to write."""
    if isinstance(value, bool):
        return Constant(value)
    if isinstance(value, Happened | Comparison | Constant):
        return value
    if not isinstance(value, str):
        raise ValueError(f"must be a text: {KNOWN}")
    text = value.strip()
    if found := _MISWRITTEN.fullmatch(text):
        meant = f"{found[1]} {_MEANT[found[2]]} {found[3]}"
        raise ValueError(f"compares with {found[2]}, which is no comparison; write {meant}")
    if found := _COMPARISON.fullmatch(text):
        return Comparison(found[1], found[2], _literal(found[3]))
    called = _CALL.fullmatch(text)
    if called is None:
        raise ValueError(f"is no condition; use {KNOWN}")
    name, component, release = called.groups()
    if name not in list(Event):
        raise ValueError(f"there is no {name}; use {KNOWN}")
    if (name == Event.CONFIRMED) is (component is not None):
        hint = "is about the whole order: write confirmed" if component else f"needs a component: {name}(x)"
        raise ValueError(f"{name} {hint}")
    number = int(release) if release else None
    if number == 0:
        raise ValueError("releases are counted from 1")
    return Happened(Event(name), component or "", number)


def _literal(text: str) -> str | int:
    if _NUMBER.fullmatch(text):
        return int(text)
    if quoted := _QUOTED.fullmatch(text):
        return quoted[1] or quoted[2]
    if _BARE.fullmatch(text):
        return text
    raise ValueError(
        'after the comparison comes one number, date or text; put a text in quotes: tier == "gold"'
    )


def _in_order(less: bool, same: bool, operator: str) -> bool:
    return {"<": less, "<=": less or same, ">": not less and not same, ">=": not less}[operator]


def _written(atom: Atom) -> str | bool:
    return atom.value if isinstance(atom, Constant) else str(atom)


def _which(value: Any) -> str | None:
    for name, model in (("all", All), ("any", AnyOf), ("not", Not)):
        if isinstance(value, model) or (isinstance(value, dict) and list(value) == [name]):
            return name.capitalize()
    return None if isinstance(value, dict | list) else "Text"


class All(Document):
    """Holds when each of its parts does."""

    all: "list[Condition]" = Field(min_length=1, max_length=50)


class AnyOf(Document):
    """Holds when one of its parts does."""

    any: "list[Condition]" = Field(min_length=1, max_length=50)


class Not(Document):
    """Holds as long as its part does not."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    not_: "Condition" = Field(alias="not")


Condition = Annotated[
    Annotated[
        Atom,
        PlainValidator(parse_atom),
        PlainSerializer(_written),
        WithJsonSchema({"type": "string", "description": KNOWN}),
        Tag("Text"),
    ]
    | Annotated[All, Tag("All")]
    | Annotated[AnyOf, Tag("Any")]
    | Annotated[Not, Tag("Not")],
    Discriminator(
        _which,
        custom_error_type="condition",
        custom_error_message=f"must be {KNOWN}; or a mapping with one of all, any and not",
    ),
]
for _model in (All, AnyOf, Not):
    _model.model_rebuild()


def atoms(
    condition: Condition, where: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Atom]]:
    """Every text in a condition, with its place below the condition: all, 1."""
    match condition:
        case All(all=parts) | AnyOf(any=parts):
            name = "all" if isinstance(condition, All) else "any"
            for index, part in enumerate(parts):
                yield from atoms(part, (*where, name, index))
        case Not(not_=part):
            yield from atoms(part, (*where, "not"))
        case _:
            yield where, condition
