"""How a command that was run in this process ended."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    exit_code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)

    @property
    def failure(self) -> Any:
        """The problem object on stderr; nothing else was printed."""
        assert self.out == ""
        return json.loads(self.err)


Perkflow = Callable[..., Ran]


def rows(table: str) -> list[list[str]]:
    """The rows of a printed table; what was wrapped within a cell is put together again."""
    found: list[list[str]] = []
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.split("│")]
        if len(cells) == 1:
            continue
        if cells[1]:
            found.append(cells)
        else:
            found[-1] = [" ".join(filter(None, pair)) for pair in zip(found[-1], cells, strict=True)]
    return found
