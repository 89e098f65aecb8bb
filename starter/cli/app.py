"""The tree of commands. Each is loaded when it is asked for, so that none waits for what another needs."""

import importlib
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from starter.cli.errors import EXIT_CODES, exit_with

COMMANDS = (
    "up",
    "demo",
    "order",
    "bundle",
    "catalogue",
    "supplier",
    "pool",
    "migrate",
    "worker",
    "gateway",
    "simulate",
)
"""Each is the module of that name here, with its `app`, in the order that the help shows."""


class Commands(TyperGroup):
    """The root command: whatever a command raises ends here, as a message and an exit code."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, without loading anything."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Load one command; None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command = get_command(importlib.import_module(f"starter.cli.{cmd_name}").app)
        command.name = cmd_name
        return command

    def main(self, args: Sequence[str] | None = None, **options: Any) -> Any:  # type: ignore[override]
        """Run a command and exit: 0, 1 or 2 (`EXIT_CODES`), or 130 after Ctrl-C."""
        options["standalone_mode"] = False  # errors are ours to tell
        exit_with(lambda arguments: super(Commands, self).main(arguments, **options), args)


app = typer.Typer(
    cls=Commands,
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def perkflow() -> None:
    """Fulfils bundle orders: every part to the buyer, on time, exactly once, or paid back."""
