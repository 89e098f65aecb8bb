"""YAML as our documents use it: mappings, lists and the scalars of JSON, each with the line it stands on.

PyYAML reads YAML 1.1, where `no` is false, 010 is eight and a date is an object. Documents about money want
none of that: here only `true`, `false`, `null` and decimal numbers are more than text.
"""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

import yaml

from domain.validation.problems import Location, Problem

_CORE = "tag:yaml.org,2002:"
_MOST_LEVELS = 50
"""Fewer than what any reader of JSON or any recursion of ours comes to."""
_NAMED = 4
"""How much of the place of something too deep is told."""
_MOST_VALUES = 50_000
"""Fields and items of one document, with what its aliases repeat."""
_MOST_EVENTS = 3 * _MOST_VALUES
"""Of its text: a field is its name, its value, and perhaps that value's end."""
TOO_MANY = f"holds more than {_MOST_VALUES} values, counting what its aliases repeat"
_LONGEST_NUMBER = 31
_LONGEST_NAME = 200
"""Characters of a field's name, which is told wherever something is wrong with it."""
_NUMBER = r"-?(?:0|[1-9][0-9]*)"
MOST_PROBLEMS = 100
"""So many are told of one document."""
LARGEST = 1024 * 1024
"""Bytes of a document; a catalogue of thousands of offers is smaller."""
TOO_LARGE = f"is larger than {LARGEST // 1024**2} MB, the most that a document may have"


class BadText(Exception):
    """The text is no document at all; `line` is where reading stopped, if it began."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class _EnoughProblems(Exception):
    """Nobody reads more of them."""


class _Loader(yaml.SafeLoader):
    """Composes nodes only; nothing is constructed with it."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - how PyYAML wants it
    events = 0

    def get_event(self) -> yaml.Event:
        self.events += 1
        if self.events > _MOST_EVENTS:
            raise BadText(TOO_MANY)
        event: yaml.Event = super().get_event()  # type: ignore[no-untyped-call]
        return event


for _name, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", "n~"),
    ("int", _NUMBER, "-0123456789"),
    ("float", _NUMBER + r"(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", "-0123456789"),
):
    _Loader.add_implicit_resolver(_CORE + _name, re.compile(rf"^(?:{_pattern})$"), [*_first, ""])


@dataclass(frozen=True)
class Tree:
    """A document that was read; `value` is what JSON could hold."""

    root: yaml.Node = field(repr=False)
    value: object = field(repr=False)
    problems: list[Problem]

    def line(self, where: Location) -> int:
        """The line of a location; of its nearest parent, when it has no text of its own."""
        node, line = self.root, self.root.start_mark.line + 1
        for part in where:
            found = _child(node, part)
            if found is None:
                break
            node, line = found
        return line

    def find(self, where: Location) -> yaml.Node | None:
        """The node at a location, if there is one."""
        node: yaml.Node = self.root
        for part in where:
            found = _child(node, part)
            if found is None:
                return None
            node, _ = found
        return node


def read(text: str, *, is_json: bool) -> Tree:
    """Read one document. Raises BadText; what is wrong inside it is in the tree's `problems`."""
    if len(text) > LARGEST or len(text.encode(errors="replace")) > LARGEST:
        raise BadText(TOO_LARGE)
    root = _compose(_json_as_yaml(text) if is_json else text)
    if root is None:
        raise BadText("the document is empty")
    problems: list[Problem] = []
    try:
        value = _Reading(problems).plain(root, ())
    except RecursionError:
        raise BadText("the document is nested too deeply") from None
    except _EnoughProblems:
        value = None
    return Tree(root, value, problems)


def _json_as_yaml(text: str) -> str:
    """JSON is YAML but for tabs, which JSON has between its values only."""
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise BadText(f"not JSON: {error.msg}", error.lineno) from None
    except RecursionError:
        raise BadText("the document is nested too deeply") from None
    return text.replace("\t", " ")


def _no_constant(name: str) -> NoReturn:
    raise BadText(f"not JSON: there is no {name} in it; write a number")


def _compose(text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        problem = error.problem or ""
        words = f"{error.context}, {problem}" if problem.startswith("but") else problem
        raise BadText(f"not YAML: {words}", line) from None
    except yaml.YAMLError:
        raise BadText("not YAML: it holds a character that no text has") from None
    except RecursionError:
        raise BadText("the document is nested too deeply") from None


@dataclass
class _Reading:
    """The values of one document as they are read, counted, so that aliases cannot multiply without end."""

    problems: list[Problem]
    values: int = 0

    def plain(self, node: yaml.Node, where: Location, above: tuple[yaml.Node, ...] = ()) -> object:
        """What JSON could hold of a node. Raises BadText for more values than a document may have."""
        self.values += 1
        if self.values > _MOST_VALUES:
            raise BadText(TOO_MANY)
        if any(node is parent for parent in above):
            return self._wrong(where, "must not contain itself")
        if len(above) > _MOST_LEVELS:
            return self._wrong(where[:_NAMED], f"is more than {_MOST_LEVELS} levels deep; write it flatter")
        if isinstance(node, yaml.MappingNode) and node.tag == _CORE + "map":
            entries = self._entries(node, where)
            return {name: self.plain(value, (*where, name), (*above, node)) for name, value in entries}
        if isinstance(node, yaml.SequenceNode) and node.tag == _CORE + "seq":
            items = enumerate(node.value)
            return [self.plain(item, (*where, index), (*above, node)) for index, item in items]
        return self._scalar(node, where)

    def _entries(self, node: yaml.MappingNode, where: Location) -> Iterator[tuple[str, yaml.Node]]:
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._wrong(where, "a field's name must be a word")
            elif len(key.value) > _LONGEST_NAME:
                self._wrong(where, f"a field's name must have at most {_LONGEST_NAME} characters")
            elif key.value == "<<" and key.style is None:
                self._wrong((*where, "<<"), "merge keys are not used here; write the fields out")
            elif key.value in seen:
                self._wrong((*where, key.value), "given twice; keep one of them")
            else:
                seen.add(key.value)
                yield key.value, value

    def _scalar(self, node: yaml.Node, where: Location) -> object:
        kind = node.tag.removeprefix(_CORE)
        if not isinstance(node, yaml.ScalarNode) or kind not in ("str", "bool", "null", "int", "float"):
            return self._wrong(where, "YAML tags are not used here; write the plain value")
        text: str = node.value
        try:
            # JSON escapes a character beyond the first 65536 as two halves, which YAML leaves apart.
            text = text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self._wrong(where, "must not hold half a character")
        if "\0" in text:
            self._wrong(where, "must not hold a NUL character")
        match kind:
            case "null":
                return None
            case "bool":
                return text == "true"
            case "int" | "float":
                return self._number(text, where)
        return text

    def _number(self, text: str, where: Location) -> object:
        """A number of a length that is meant; what is longer or larger is a text that lacks its quotes."""
        number = json.loads(text) if len(text) <= _LONGEST_NUMBER else math.inf
        if not isinstance(number, int) and not math.isfinite(number):
            return self._wrong(where, "is a number beyond all that is used here; put a text in quotes")
        return number

    def _wrong(self, where: Location, message: str) -> object:
        self.problems.append(Problem(where, message))
        if len(self.problems) >= MOST_PROBLEMS:
            raise _EnoughProblems
        return None


def _child(node: yaml.Node, part: str | int) -> tuple[yaml.Node, int] | None:
    """The child under a field (the last, where it is given twice) or an index, and its line."""
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        item = node.value[part]
        return item, item.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in reversed(node.value):
            if isinstance(key, yaml.ScalarNode) and key.value == part:
                return value, key.start_mark.line + 1
    return None
