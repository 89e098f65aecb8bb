"""Reading a CSV file of keys. What is wrong is said by line and column, never by showing a key."""

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO

from adapters.answers.moments import deadline
from domain.spelling import invisible_in
from domain.supply.outcomes import LONGEST_SECRET
from domain.validation.problems import Problem
from starter.cli.supply.spreadsheet import ROUNDED, rounded, spoilt
from starter.documents.reading import InvalidDocument, LocatedProblem
from starter.documents.yaml_text import MOST_PROBLEMS
from storage.supply.pool_stock import ImportedKey

HEADER = ("number", "password", "link", "expires_at", "cost")
SECRETS = HEADER[:3]
_HIGHEST_COST = 10**12
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LARGEST = 64 * 1024**2
_LONGEST_LINE, _MOST_KEYS = 20_000, 500_000


def read_keys(path: Path) -> list[ImportedKey]:
    """Every key of the file. `cost` is in minor units. Raises InvalidDocument for all that is wrong."""
    rows: list[tuple[int, Mapping[str, str]]] = []
    problems: list[LocatedProblem] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line, row in _rows(path, _lines(path, file)):
                problems += [LocatedProblem(line, problem) for problem in _wrong_with(row)]
                rows.append((line, row))
                if len(rows) > _MOST_KEYS:
                    raise _refused(path, f"holds more than {_MOST_KEYS} keys: split it")
                if len(problems) >= MOST_PROBLEMS:
                    break
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _refused(path, "is not UTF-8 text") from None
    for column in ("number", "password"):
        problems += [LocatedProblem(line, Problem((column,), ROUNDED)) for line in rounded(rows, column)]
    if problems:
        raise InvalidDocument(path, problems[:MOST_PROBLEMS])
    if not rows:
        raise _refused(path, "holds no keys")
    return [_key(row) for _, row in rows]


def _lines(path: Path, file: TextIO) -> Iterator[str]:
    """The lines of a file, of which no more is read than it may be long."""
    size = 0
    while line := file.readline(_LONGEST_LINE + 1):
        size += len(line)
        if len(line) > _LONGEST_LINE:
            raise _refused(path, f"has a line of more than {_LONGEST_LINE} characters")
        if size > _LARGEST:
            raise _refused(path, f"is larger than {_LARGEST // 1024**2} MB: split it")
        yield line


def _rows(path: Path, file: Iterator[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    reader = csv.reader(file, strict=True)
    read = 0
    try:
        header = tuple(cell.strip() for cell in next(reader, []))
        if header != HEADER:
            raise _refused(path, f"the first line must be {','.join(HEADER)}", 1)
        read = reader.line_num
        for cells in reader:
            read = reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(HEADER):
                raise _refused(path, f"must have {len(HEADER)} columns", read)
            yield read, dict(zip(HEADER, (cell.strip() for cell in cells), strict=True))
    except csv.Error:
        raise _refused(path, "is not CSV from here on: a quote may be missing", read + 1) from None


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
    if not (cost.isascii() and cost.isdigit() and len(cost) <= 13 and int(cost) <= _HIGHEST_COST):
        yield Problem(("cost",), "must be a whole number of minor units, such as 2600 for 26.00")


def _key(row: Mapping[str, str]) -> ImportedKey:
    return ImportedKey(
        cost=int(row["cost"]),
        number=row["number"] or None,
        password=row["password"] or None,
        link=row["link"] or None,
        expires_at=deadline(row["expires_at"]),
    )


def _refused(path: Path, message: str, line: int | None = None) -> InvalidDocument:
    return InvalidDocument(path, [LocatedProblem(line, Problem((), message))])
