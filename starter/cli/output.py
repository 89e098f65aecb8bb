"""What commands print: tables for people, or one JSON document for programs, always on stdout."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:  # for tables only, and they take a while to load
    from rich.console import Console
    from rich.table import Table

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]

_WIDTH_OF_A_PIPE = 160


def console(*, to_stderr: bool = False) -> "Console":
    """A console for people. What goes into a pipe or a file is not cut to the width of a terminal."""
    from rich.console import Console

    stream = sys.stderr if to_stderr else sys.stdout
    width = None if stream.isatty() else _WIDTH_OF_A_PIPE
    return Console(file=stream, width=width, highlight=False, markup=False, soft_wrap=not stream.isatty())


def print_json(document: Any) -> None:
    """Print the command's one JSON document."""
    print(json.dumps(document, ensure_ascii=False, indent=2), flush=True)


def table(title: str, *columns: str, wrap: bool = True) -> "Table":
    """An empty table; columns of numbers end in `>` and are set to the right.

    What does not fit into the terminal is wrapped, or cut off where every row must stay one line.
    """
    from rich.table import Table

    made = Table(
        title=title or None, title_justify="left", title_style="bold", show_edge=False, pad_edge=False
    )
    for column in columns:
        justify = "right" if column.endswith(">") else "left"
        made.add_column(
            column.rstrip(">"),
            justify=justify,  # type: ignore[arg-type]
            overflow="fold" if wrap else "ellipsis",
            no_wrap=not wrap,
        )
    return made


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a whole table on stdout; None is an empty cell."""
    made = table(title, *columns)
    for row in rows:
        made.add_row(*("" if cell is None else str(cell) for cell in row))
    console().print(made)


def clock(at: datetime | None) -> str:
    """A moment as people read it: in the zone of their machine, which is named."""
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S %Z}" if at else ""


def day(at: datetime) -> str:
    """The day of a moment, in the zone of this machine."""
    return f"{at.astimezone():%Y-%m-%d}"
