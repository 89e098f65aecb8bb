"""Reading a file of keys. What is wrong is said by line and column, never by showing a key."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from adapters.answers.moments import deadline
from domain.spelling import invisible_in
from domain.supply.outcomes import LONGEST_SECRET
from domain.validation.problems import Problem
from starter.cli.supply.key_list import list_rows
from starter.cli.supply.key_text import KeyText, read_text, refused
from starter.cli.supply.progress import Progress
from starter.cli.supply.spreadsheet import ROUNDED, rounded, spoilt
from starter.documents.reading import InvalidDocument, LocatedProblem
from starter.documents.yaml_text import MOST_PROBLEMS
from storage.supply.pool_stock import ImportedKey

HEADER = ("number", "password", "link", "expires_at", "cost")
SECRETS = HEADER[:3]
HIGHEST_COST = 10**12
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MOST_KEYS = 500_000
_COLUMNS = ",".join(HEADER)
_NO_HEADER = (
    f"the first line must be {_COLUMNS}, or the same with semicolons or tabs; "
    "for a list of keys say --format lines or --format pairs, and --cost"
)


class KeyFormat(StrEnum):
    """How the keys stand in a file."""

    AUTO = "auto"
    CSV = "csv"
    PAIRS = "pairs"
    LINES = "lines"


@dataclass(frozen=True)
class KeyFile:
    """What a file holds: its keys, with the line of each, and what it was saved as."""

    keys: Sequence[ImportedKey]
    lines: Sequence[int]
    encoding: str

    def usable(self, now: datetime) -> list[ImportedKey]:
        """The keys that have not expired."""
        return [key for key in self.keys if not _has_expired(key, now)]

    def expired(self, now: datetime) -> list[int]:
        """The lines of those that have."""
        return [line for key, line in zip(self.keys, self.lines, strict=True) if _has_expired(key, now)]


def read_keys(
    path: Path,
    form: KeyFormat = KeyFormat.AUTO,
    cost: int | None = None,
    progress: Progress | None = None,
) -> KeyFile:
    """Every key of the file. `cost`, in minor units, is that of each key for which the file names none.

    Raises InvalidDocument for all that is wrong.
    """
    text = read_text(path)
    rows: list[tuple[int, Mapping[str, str]]] = []
    problems: list[LocatedProblem] = []
    found = _rows(text, form, cost)
    for line, row in progress.counting(f"reading {path}", found) if progress else found:
        problems += [LocatedProblem(line, problem) for problem in _wrong_with(row)]
        rows.append((line, row))
        if len(rows) > _MOST_KEYS:
            raise refused(path, f"holds more than {_MOST_KEYS} keys: split it")
        if len(problems) >= MOST_PROBLEMS:
            break
    for column in ("number", "password"):
        problems += [LocatedProblem(line, Problem((column,), ROUNDED)) for line in rounded(rows, column)]
    if problems:
        raise InvalidDocument(path, problems[:MOST_PROBLEMS])
    if not rows:
        raise refused(path, "holds no keys")
    return KeyFile([_key(row) for _, row in rows], [line for line, _ in rows], text.encoding)


def _rows(text: KeyText, form: KeyFormat, cost: int | None) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each key by column, with its line."""
    separator = _separator(text)
    is_list = form in (KeyFormat.PAIRS, KeyFormat.LINES)
    if is_list and separator:
        raise refused(text.path, f"the first line is {_COLUMNS}: leave --format out", 1)
    if separator:
        yield from _table(text, separator, cost)
    elif is_list or (form is KeyFormat.AUTO and text.path.suffix.lower() == ".txt"):
        yield from _list(text, form, cost)
    else:
        raise refused(text.path, _NO_HEADER, 1)


def _separator(text: KeyText) -> str | None:
    """What stands between the columns that the first line names; None when it does not name them."""
    first = next(text.lines(), "")
    for separator in ",;\t":
        [cells] = csv.reader([first], delimiter=separator)
        if tuple(cell.strip() for cell in cells) == HEADER:
            return separator
    return None


def _list(text: KeyText, form: KeyFormat, cost: int | None) -> Iterator[tuple[int, Mapping[str, str]]]:
    if cost is None:
        raise refused(text.path, "does not say what a key costs: add --cost, such as --cost 2600 for 26.00")
    pairs = None if form is KeyFormat.AUTO else form is KeyFormat.PAIRS
    nothing = dict.fromkeys(HEADER, "") | {"cost": str(cost)}
    for line, row in list_rows(text, pairs=pairs):
        yield line, nothing | row


def _table(text: KeyText, separator: str, cost: int | None) -> Iterator[tuple[int, Mapping[str, str]]]:
    reader = csv.reader(text.lines(), strict=True, delimiter=separator)
    read = 0
    unless_said = {} if cost is None else {"cost": str(cost)}
    try:
        for cells in reader:
            first, read = read == 0, reader.line_num
            if first or not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(HEADER):
                raise refused(text.path, f"must have {len(HEADER)} columns", read)
            row = dict(zip(HEADER, (cell.strip() for cell in cells), strict=True))
            yield read, row if row["cost"] else row | unless_said
    except csv.Error:
        raise refused(text.path, "is not CSV from here on: a quote may be missing", read + 1) from None


def _wrong_with(row: Mapping[str, str]) -> Iterator[Problem]:
    if not (row["number"] or row["password"] or row["link"]):
        yield Problem(("number",), "a key needs a number, a password or a link")
    if any("\0" in value for value in row.values()):
        yield Problem((), "must not hold a NUL character")
    for column, value in row.items():
        if found := invisible_in(value):
            yield Problem((column,), f"holds {found}: type the cell anew without it")
        elif _CONTROL.search(value):
            yield Problem((column,), "holds a control character: type the cell anew without it")
        elif column in SECRETS and (how := spoilt(value)):
            yield Problem((column,), how)
        elif column in SECRETS and len(value) > LONGEST_SECRET:
            yield Problem((column,), f"must have at most {LONGEST_SECRET} characters")
    if row["expires_at"] and deadline(row["expires_at"]) is None:
        yield Problem(("expires_at",), "must be a day or a time, such as 2030-12-31 23:59 (in China's time)")
    cost = row["cost"]
    if not (cost.isascii() and cost.isdigit() and len(cost) <= 13 and int(cost) <= HIGHEST_COST):
        yield Problem(("cost",), "must be a whole number of minor units, such as 2600 for 26.00")


def _has_expired(key: ImportedKey, now: datetime) -> bool:
    return key.expires_at is not None and key.expires_at <= now


def _key(row: Mapping[str, str]) -> ImportedKey:
    return ImportedKey(
        cost=int(row["cost"]),
        number=row["number"] or None,
        password=row["password"] or None,
        link=row["link"] or None,
        expires_at=deadline(row["expires_at"]),
    )
