"""Documents that people write (bundles, catalogues, orders), and errors that point to a line and a field.

An error never repeats what was written: order documents hold phone numbers and addresses.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Generic, NoReturn, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, to_json

from domain.validation.problems import Location, Problem
from starter.documents.field_words import or_mapping
from starter.documents.sentences import sentence
from starter.documents.yaml_text import LARGEST, MOST_PROBLEMS, TOO_LARGE, BadText, Tree, read

Model = TypeVar("Model", bound=BaseModel)

STDIN = Path("-")
_MISSING = ("missing", "missing_with")
"""Errors about a field that is not there, so that only its parent has a line."""


@dataclass(frozen=True)
class LocatedProblem:
    """A problem and the line of the file it is about; a file that could not be read has no lines."""

    line: int | None
    problem: Problem

    def in_file(self, path: Path) -> str:
        """The problem in one line: bundle.yaml:7: components[0].id: missing."""
        place = str(path) if self.line is None else f"{path}:{self.line}"
        field = f"{self.problem.field}: " if self.problem.where else ""
        return f"{place}: {field}{self.problem.message}"


class InvalidDocument(Exception):
    """A file does not hold the document that was asked for. Its text is one line per problem."""

    def __init__(self, path: Path, problems: list[LocatedProblem]) -> None:
        self.path = path
        self.problems = problems
        super().__init__("\n".join(located.in_file(path) for located in problems))


@dataclass(frozen=True)
class Loaded(Generic[Model]):
    """A document that has its shape; what contradicts the book or another document is given to `refuse`."""

    path: Path
    value: Model
    _tree: Tree = field(repr=False)

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Raise InvalidDocument with the lines of these problems, if there are any."""
        found = self.locate(problems)
        if found:
            raise InvalidDocument(self.path, found)

    def locate(self, problems: Iterable[Problem]) -> list[LocatedProblem]:
        """These problems with their lines, in the order of the file."""
        return _locate(self._tree, problems)


def load(path: Path, model: type[Model]) -> Loaded[Model]:
    """Read a YAML or JSON file into `model`, types exactly as JSON has them. Raises InvalidDocument.

    The path `-` is standard input; whoever types it in is told what is wanted.
    """
    if path == STDIN and sys.stdin.isatty():
        print(f"Type it in: {', '.join(model.model_fields)}; end with Ctrl-D.", file=sys.stderr)
    tree = _read(path)
    if not isinstance(tree.root, yaml.MappingNode):
        tree.problems.insert(0, Problem((), "must be a mapping of fields, not a list or a single value"))
    if tree.problems:
        _refuse(path, tree, tree.problems)
    try:
        return Loaded(path, model.model_validate_json(to_json(tree.value), strict=True), tree)
    except ValidationError as error:
        # Raised outside, so that no traceback shows the validation error with its context.
        problems = list(_problems(error, tree))
    _refuse(path, tree, problems)


def _read(path: Path) -> Tree:
    try:
        with nullcontext(sys.stdin.buffer) if path == STDIN else path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise BadText(TOO_LARGE)
        return read(content.decode("utf-8-sig"), is_json=path.suffix == ".json")
    except OSError as error:
        message, line = f"cannot be read: {error.strerror}", None
    except UnicodeDecodeError:
        message, line = "is not UTF-8 text", None
    except BadText as error:
        message, line = str(error), error.line
    raise InvalidDocument(path, [LocatedProblem(line, Problem((), message))])


def _refuse(path: Path, tree: Tree, problems: Iterable[Problem]) -> NoReturn:
    raise InvalidDocument(path, _locate(tree, problems))


def _locate(tree: Tree, problems: Iterable[Problem]) -> list[LocatedProblem]:
    told = islice(problems, MOST_PROBLEMS)
    located = [LocatedProblem(tree.line(problem.where), problem) for problem in told]
    return sorted(located, key=lambda found: found.line or 0)


def _problems(error: ValidationError, tree: Tree) -> Iterator[Problem]:
    for detail in error.errors(include_input=False, include_url=False)[:MOST_PROBLEMS]:
        where, is_alternative = _where(detail, tree)
        if not is_alternative:
            yield Problem(where, sentence(detail))
            continue
        # A field that is either a word or a mapping: told is only what is wrong with the one that was meant.
        meant_mapping = isinstance(tree.find(where), yaml.MappingNode)
        if detail["type"] == "value_error":
            yield Problem(where, sentence(detail))
        elif not meant_mapping and detail["type"] == "literal_error":
            yield Problem(where, f"{sentence(detail)}, {or_mapping(str(where[-1]))}")


def _where(detail: ErrorDetails, tree: Tree) -> tuple[Location, bool]:
    """The location in the document, and whether the error is about a whole alternative of a union.

    pydantic's own location also names the alternative it tried, which is nothing that was written.
    """
    where: Location = ()
    is_alternative = False
    parts = [part for part in detail["loc"] if part != "[key]"]
    for position, part in enumerate(parts):
        is_last = position == len(parts) - 1
        if tree.find((*where, part)) is not None or (is_last and detail["type"] in _MISSING):
            where, is_alternative = (*where, part), False
        else:
            is_alternative = True
    return where, is_alternative
