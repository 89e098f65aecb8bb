"""What spreadsheets do to keys: they round long ones, and turn others into dates, formulas and words.

A key that was spoilt in this way reads like one, and its buyer finds out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

AS_TEXT = "format the column as text, fill it in anew and save it as CSV UTF-8"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_DAY, _YEAR = r"(?:0?[1-9]|[12][0-9]|3[01])", r"(?:19|20)[0-9]{2}"
_TIME = r"(?: [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?"
_DATES = "|".join(
    (
        rf"{_YEAR}(?P<sep>[-/.])(?:0?[1-9]|1[0-2])(?P=sep){_DAY}{_TIME}",
        rf"{_DAY}/{_DAY}/(?:{_YEAR}|[0-9]{{2}}){_TIME}",
        rf"{_DAY}[- ]{_MONTH}(?:[- ](?:{_YEAR}|[0-9]{{2}}))?",
        rf"{_MONTH}[- ](?:{_YEAR}|[0-9]{{2}})",
        rf"(?:{_YEAR}年)?(?:0?[1-9]|1[0-2])月(?:{_DAY}日)?",
    )
)
_SPOILT = (
    (re.compile(r"-?[0-9](?:[.,][0-9]+)?E\+[0-9]+", re.IGNORECASE), "was rounded to a number like 1.2E+15"),
    (re.compile(r"[0-9]+[.,]0+"), "was turned into a number with decimals"),
    (re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){2,}(?:\.[0-9]+)?"), "was turned into a number with separators"),
    (re.compile(_DATES, re.IGNORECASE), "was turned into a date"),
    (re.compile(r"[='].*", re.DOTALL), "begins like a formula or a marked text"),
    (re.compile(r"#+|#(?:N/A|NAME\?|VALUE!|REF!|DIV/0!|NUM!|NULL!)"), "is what shows where no value is"),
    (re.compile(r".*\ufffd.*", re.DOTALL), "holds a character that was lost (U+FFFD)"),
    (re.compile(r"nan|none|null|n/a|undefined", re.IGNORECASE), "is a word for no value"),
)
_DIGITS_KEPT = 15
_BEYOND_CHANCE = 4
"""So many zeros behind the fifteenth digits of a column come by chance once in ten thousand times."""


def spoilt(value: str) -> str | None:
    """How a spreadsheet has spoilt a cell, in words for people; None when it reads like a key."""
    for pattern, what in _SPOILT:
        if pattern.fullmatch(value):
            return f"{what}: {AS_TEXT}"
    return None


def rounded(rows: Iterable[tuple[int, Mapping[str, str]]], column: str) -> Iterator[int]:
    """The lines of a column whose long numbers all end in zeros, where that is no chance."""
    long = [
        (line, row[column][_DIGITS_KEPT:])
        for line, row in rows
        if len(row[column]) > _DIGITS_KEPT and row[column].isascii() and row[column].isdigit()
    ]
    ends = "".join(end for _, end in long)
    if len(ends) >= _BEYOND_CHANCE and not ends.strip("0"):
        yield from (line for line, _ in long)


ROUNDED = f"ends in zeros after its fifteenth digit, as spreadsheets round long numbers: {AS_TEXT}"
