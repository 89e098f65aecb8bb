"""Groups of commands that are loaded when they are called, and listed without being loaded.

Loading all of them takes seconds of a processor, and whoever calls one needs none of the others.
"""

import importlib
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


@dataclass(frozen=True)
class Entry:
    """One command: where it is (module of this package, and its name there), and the start of its help.

    A module may have commands by name instead of one each.
    """

    place: str
    help: str
    context: Mapping[str, Any] = field(default_factory=dict)

    def load(self, name: str) -> Any:
        """The command itself."""
        module, _, attribute = self.place.partition(":")
        found = getattr(importlib.import_module(f"starter.cli.{module}"), attribute)
        if isinstance(found, Mapping):
            found = found[name]
        if not isinstance(found, typer.Typer):
            alone = typer.Typer(add_completion=False)
            alone.command(name, context_settings=dict(self.context))(found)
            found = alone
        command = get_command(found)
        command.name = name
        return command


class _Loaded(Mapping[str, Any]):
    """Commands by name. Whoever takes one loads it; the names are known before."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries

    def __getitem__(self, name: str) -> Any:
        return self._entries[name].load(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


class LazyGroup(TyperGroup):
    """A group of the commands in `entries`, which the help shows in that order."""

    entries: ClassVar[Mapping[str, Entry]] = {}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands = cast("MutableMapping[str, Any]", _Loaded(self.entries))

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, without loading anything."""
        return list(self.entries)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help, without loading anything."""
        shown = TyperGroup(
            name=self.name,
            commands={name: TyperCommand(name, help=entry.help) for name, entry in self.entries.items()},
            rich_markup_mode=self.rich_markup_mode,
            params=self.params,
            help=self.help,
            epilog=self.epilog,
        )
        shown.format_help(ctx, formatter)
