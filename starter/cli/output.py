"""What commands print: records and sentences for people, or one JSON document for programs, on stdout."""

import json
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Annotated, Any, NamedTuple

import typer

from domain.notes import words
from domain.notes.sentences.labels import Column
from domain.notes.sentences.sentence import Sayable
from starter.cli.layout import folded, record_lines, table_lines

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]


def print_json(document: Any) -> None:
    """Print the command's one JSON document."""
    print(json.dumps(document, ensure_ascii=False, indent=2), flush=True)


def print_line(line: str | dict[str, Any]) -> None:
    """Print one of many lines, at once; a document on a line of its own."""
    text = line if isinstance(line, str) else json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    print(text, flush=True)


def columns_of_the_terminal() -> int | None:
    """How wide lines may be; None in a pipe or a file, where nothing is folded, unless COLUMNS says so."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said) > 0:
        return int(said)
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def print_text(text: str, indent: str = "  ") -> None:
    """Print sentences, folded to the terminal; later lines of each are indented."""
    for line in folded(text, columns_of_the_terminal(), indent):
        print(line)


def print_records(title: str, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> None:
    """Print records: as a table where the terminal has room for one, else below each other. None is empty."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    most = columns_of_the_terminal()
    if title:
        print(title)
    lines = table_lines(columns, cells, most)
    if lines is not None:
        print("\n".join(lines))
        return
    records = ("\n".join(record_lines(columns, row, most)) for row in cells)
    print("\n\n".join(records))


class Reader(NamedTuple):
    """In which language and zone somebody reads."""

    lang: words.Language
    zone: tzinfo

    def told(self, what: Sayable | None) -> str:
        """Something in words; empty for nothing."""
        return what.say(self.lang, self.zone) if what else ""


def clock(at: datetime | None, zone: tzinfo = UTC) -> str:
    """A moment as people read it, in a zone; empty for none."""
    return words.clock(at, zone) if at else ""
