"""The names that others read: of models and their fields, values, events, tables, runs and commands."""

import ast
import dataclasses
import importlib
import inspect
import re
from collections.abc import Iterator
from enum import Enum
from types import ModuleType
from typing import Any

from pydantic import BaseModel
from temporalio import activity, workflow
from typer.main import get_command

from activities.orders import BookActivities
from activities.runs.adopt import Sweeper
from activities.suppliers import ConnectionActivities
from activities.webhooks.sending import WebhookActivities
from domain.notes.sentences.sentence import Sentence
from starter.cli import app
from storage.tables.base import Table
from tests.support.places import ROOT
from worker import WORKFLOWS

ROOMS = ("domain", "storage", "activities", "adapters", "workflows", "starter")
EVENT_KIND = re.compile(r"(?:order|delivery|case|refund|attempt|callback|supplier|stock|webhook)\.[a-z_]+")


def _modules() -> Iterator[ModuleType]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" in path.parts or path.name == "__main__.py":
                continue
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield importlib.import_module(name.removesuffix(".__init__"))


def _classes() -> Iterator[type]:
    for module in _modules():
        for each in vars(module).values():
            if inspect.isclass(each) and each.__module__ == module.__name__:
                yield each


def of_models() -> Iterator[str]:
    """Every model, its fields, and every enum with its values."""
    for each in _classes():
        if issubclass(each, BaseModel):
            fields = list(each.model_fields)
        elif issubclass(each, Sentence):
            fields = list(each.parameters)
        elif dataclasses.is_dataclass(each):
            fields = [field.name for field in dataclasses.fields(each)]
        elif issubclass(each, tuple) and hasattr(each, "_fields"):
            fields = list(each._fields)
        elif issubclass(each, Enum):
            fields = [member.name for member in each] + [str(member.value) for member in each]
        else:
            continue
        yield each.__name__
        yield from (f"{each.__name__}.{field}" for field in fields)


def of_events() -> Iterator[str]:
    """Every kind of event that is written to the book."""
    for room in ("storage", "activities"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                text = node.value if isinstance(node, ast.Constant) else None
                if isinstance(text, str) and EVENT_KIND.fullmatch(text):
                    yield text


def of_tables() -> Iterator[str]:
    """Every table and column."""
    for table in Table.metadata.tables.values():
        yield table.name
        yield from (f"{table.name}.{column.name}" for column in table.columns)


def of_runs() -> Iterator[str]:
    """Every workflow, update, signal, query and activity, as Temporal knows it."""
    for run in WORKFLOWS:
        definition = workflow._Definition.must_from_class(run)
        handlers = (definition.updates, definition.signals, definition.queries)
        yield str(definition.name)
        yield from (str(name) for each in handlers for name in each if name)
    for activities in (BookActivities, ConnectionActivities, Sweeper, WebhookActivities):
        for _, method in inspect.getmembers(activities, inspect.isfunction):
            if (found := activity._Definition.from_callable(method)) is not None:
                yield str(found.name)


def of_commands() -> Iterator[str]:
    """Every command, and every argument and option of it."""

    def walk(command: Any, path: str) -> Iterator[str]:
        for option in command.params:
            yield from (f"{path} {name}" for name in (*option.opts, *option.secondary_opts))
        for name, below in getattr(command, "commands", {}).items():
            yield f"{path} {name}"
            yield from walk(below, f"{path} {name}")

    yield from walk(get_command(app), "perkflow")


def words(identifier: str) -> tuple[str, ...]:
    """The words of the last part of a name: `Order.left_out`, `leftOut` and `--left-out` share them."""
    last = re.split(r"[ .]", identifier)[-1]
    return tuple(word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", last))
