"""Text in the columns of a terminal: how wide it is, and where a line may end.

Names, numbers, moments and commands are never broken: whoever reads one takes it whole.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from domain.notes.sentences.labels import Column

_CLOSING = "，。；：！？、）」』》”’"
_WIDE = r"\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60"
_PIECE = re.compile(
    rf"""
    (?: `[^`]*`                                    # a command
      | perkflow[ ][^`]*$                          # a command at the end
      | \d{{4}}-\d\d-\d\d[ ]\d\d:\d\d:\d\d\S{{0,6}}(?<![{_CLOSING}])  # a moment
      | [^\s`{_WIDE}]+[ ]\#\d+(?:-\#\d+)?          # a delivery: gift #1
      | [（「『《“‘]*[{_WIDE}]                      # one Chinese character
      | [^\s`{_WIDE}]+                             # a word
      | `
    )[{_CLOSING}.,;:!?)]*
    | [ ]+
    """,
    re.VERBOSE,
)
TABLE_FROM = 130
"""From so many columns on, what has many fields is a table; below, its records stand below each other."""
_FEW = 5
"""With at most so many fields a table is narrow enough for any terminal in which nothing of it folds."""
_BETWEEN = " │ "
_IN_THE_HEAD, _IN_THE_RULE = " ┃ ", "━╇━"
_NARROWEST_TEXT = 16


def width(text: str) -> int:
    """How many columns a line takes: two for what is Chinese, none for a mark upon another."""
    return sum(_width(letter) for letter in text)


def _width(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def folded(text: str, most: int | None, indent: str = "") -> list[str]:
    """Lines of at most `most` columns (None: of any length), longer only where one piece is."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in pieces(paragraph):
            room = most is None or width(line) + width(piece.rstrip()) <= most
            if room or not line.strip():
                line += piece
            else:
                lines.append(line.rstrip())
                line = indent + piece.lstrip()
        lines.append(line.rstrip())
    return lines


def pieces(text: str) -> list[str]:
    """A text in parts after each of which a line may end."""
    return _PIECE.findall(text)


def table_lines(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], most: int | None
) -> list[str] | None:
    """Rows as a table of at most `most` columns; None where that cannot show them well."""
    natural = [_widest(column.title, [row[at] for row in rows]) for at, column in enumerate(columns)]
    widths = natural if most is None else _shrunk(columns, rows, natural, most)
    narrow = most is not None and most < TABLE_FROM
    if widths is None or (narrow and (widths != natural or len(columns) > _FEW)):
        return None
    lines = [*_row(columns, [column.title for column in columns], widths, _IN_THE_HEAD)]
    lines.append(_IN_THE_RULE.join("━" * each for each in widths))
    for row in rows:
        lines += _row(columns, row, widths, _BETWEEN)
    return lines


def _widest(title: str, cells: Sequence[str]) -> int:
    return max(width(line) for text in (title, *cells) for line in text.split("\n"))


def _shrunk(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], natural: Sequence[int], most: int
) -> list[int] | None:
    """Widths that fit, taken from the widest texts; None where texts cannot give as much."""
    least = [_narrowest(column, [row[at] for row in rows], natural[at]) for at, column in enumerate(columns)]
    widths, left = list(natural), sum(natural) + len(_BETWEEN) * (len(natural) - 1) - most
    while left > 0:
        widest = max(range(len(widths)), key=lambda at: widths[at] - least[at] and widths[at])
        if widths[widest] == least[widest]:
            return None
        widths[widest] -= 1
        left -= 1
    return widths


def _narrowest(column: Column, cells: Sequence[str], natural: int) -> int:
    if not column.text:
        return natural
    longest = max((width(piece.rstrip()) for cell in cells for piece in pieces(cell)), default=0)
    return min(natural, max(_NARROWEST_TEXT, width(column.title), longest))


def _row(
    columns: Sequence[Column], cells: Sequence[str], widths: Sequence[int], between: str
) -> Iterator[str]:
    parts = [
        folded(cell, each) if column.text else cell.split("\n")
        for column, cell, each in zip(columns, cells, widths, strict=True)
    ]
    for number in range(max(map(len, parts))):
        line = (part[number] if number < len(part) else "" for part in parts)
        shown = (
            " " * (each - width(text)) + text if column.right else text + " " * (each - width(text))
            for column, text, each in zip(columns, line, widths, strict=True)
        )
        yield between.join(shown).rstrip()


def record_lines(columns: Sequence[Column], row: Sequence[str], most: int | None) -> list[str]:
    """One record: a line for each field that has a value, the first one as its heading."""
    lines: list[str] = []
    for column, cell in zip(columns, row, strict=True):
        if not cell:
            continue
        indent = "  " if lines else ""
        title = f"{indent}{column.title}{': ' if column.title.isascii() else '：'}"
        if column.text:
            lines += folded(f"{title}{cell}", most, indent + "  ")
        elif most is not None and width(title + cell) > most:
            lines += [title.rstrip(), f"{indent}  {cell}"]
        else:
            lines.append(title + cell)
    return lines
