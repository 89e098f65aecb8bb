"""YAML as our documents use it: mappings, lists and the scalars of JSON, each with the line it stands on.

PyYAML reads YAML 1.1, where `no` is false, 010 is eight and a date is an object. Documents about money want
none of that: here only `true`, `false`, `null` and decimal numbers are more than text.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from domain.problems import Location, Problem

_CORE = "tag:yaml.org,2002:"
_MOST_LEVELS = 50
"""Fewer than what any reader of JSON or any recursion of ours comes to."""
_NAMED = 4
"""How much of the place of something too deep is told."""
_NUMBER = r"-?(?:0|[1-9][0-9]{0,30})"


class BadText(Exception):
    """The text is no document at all; `line` is where reading stopped, if it began."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class _Loader(yaml.SafeLoader):
    """Composes nodes only; nothing is constructed with it."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - how PyYAML wants it


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
    root = _compose(_json_as_yaml(text) if is_json else text)
    if root is None:
        raise BadText("the document is empty")
    problems: list[Problem] = []
    try:
        value = _plain(root, (), problems, ())
    except RecursionError:
        raise BadText("the document is nested too deeply") from None
    return Tree(root, value, problems)


def _json_as_yaml(text: str) -> str:
    """JSON is YAML but for tabs, which JSON has between its values only."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise BadText(f"not JSON: {error.msg}", error.lineno) from None
    except RecursionError:
        raise BadText("the document is nested too deeply") from None
    return text.replace("\t", " ")


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


def _plain(node: yaml.Node, where: Location, problems: list[Problem], above: tuple[yaml.Node, ...]) -> object:
    if any(node is parent for parent in above):
        problems.append(Problem(where, "must not contain itself"))
        return None
    if len(above) > _MOST_LEVELS:
        problems.append(Problem(where[:_NAMED], f"is more than {_MOST_LEVELS} levels deep; write it flatter"))
        return None
    if isinstance(node, yaml.MappingNode) and node.tag == _CORE + "map":
        return {
            name: _plain(value, (*where, name), problems, (*above, node))
            for name, value in _entries(node, where, problems)
        }
    if isinstance(node, yaml.SequenceNode) and node.tag == _CORE + "seq":
        return [
            _plain(item, (*where, index), problems, (*above, node)) for index, item in enumerate(node.value)
        ]
    return _scalar(node, where, problems)


def _entries(
    node: yaml.MappingNode, where: Location, problems: list[Problem]
) -> Iterator[tuple[str, yaml.Node]]:
    seen: set[str] = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            problems.append(Problem(where, "a field's name must be a word"))
        elif key.value in seen:
            problems.append(Problem((*where, key.value), "given twice; keep one of them"))
        else:
            seen.add(key.value)
            yield key.value, value


def _scalar(node: yaml.Node, where: Location, problems: list[Problem]) -> object:
    kind = node.tag.removeprefix(_CORE)
    if not isinstance(node, yaml.ScalarNode) or kind not in ("str", "bool", "null", "int", "float"):
        problems.append(Problem(where, "YAML tags are not used here; write the plain value"))
        return None
    text: str = node.value
    try:
        # JSON escapes a character beyond the first 65536 as two halves, which YAML leaves apart.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        problems.append(Problem(where, "must not hold half a character"))
    if "\0" in text:
        problems.append(Problem(where, "must not hold a NUL character"))
    match kind:
        case "null":
            return None
        case "bool":
            return text == "true"
        case "int" | "float":
            return json.loads(text)
    return text


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
