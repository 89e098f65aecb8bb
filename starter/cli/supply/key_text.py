"""The text of a file of keys, whatever it was saved as, and how it is refused."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.validation.problems import Problem
from starter.documents.reading import InvalidDocument, LocatedProblem

_LARGEST = 64 * 1024**2
_LONGEST_LINE = 20_000
_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class KeyText:
    """What a file says, and how it was read: UTF-8, UTF-16 or GBK."""

    path: Path
    text: str
    encoding: str

    def lines(self) -> Iterator[str]:
        """Each line with its end. Raises InvalidDocument at one that is longer than any key."""
        for line in io.StringIO(self.text, newline=""):
            if len(line) > _LONGEST_LINE:
                raise refused(self.path, f"has a line of more than {_LONGEST_LINE} characters")
            yield line


def read_text(path: Path) -> KeyText:
    """The whole of a file. Raises InvalidDocument when it cannot be read, or is no text that we know."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise refused(path, f"cannot be read: {error.strerror}") from None
    if len(content) > _LARGEST:
        raise refused(path, f"is larger than {_LARGEST // 1024**2} MB: split it")
    encoding, name = _encoding(path, content)
    try:
        return KeyText(path, content.decode(encoding), name)
    except UnicodeDecodeError:
        raise refused(path, "is neither UTF-8, UTF-16 nor GBK text: save it as CSV UTF-8") from None


def _encoding(path: Path, content: bytes) -> tuple[str, str]:
    """How to read it. GBK comes last: almost everything can be read as if it were, broken UTF-8 too."""
    if content.startswith(_MARKS):
        return "utf-16", "UTF-16"
    if content[:2].count(0) == 1:
        return ("utf-16-be" if content[0] == 0 else "utf-16-le"), "UTF-16"
    try:
        content.decode()
    except UnicodeDecodeError as error:
        wide = [each for each in content.decode(errors="replace") if not each.isascii()]
        if wide.count("\ufffd") < len(wide) / 2:
            line = content.count(b"\n", 0, error.start) + 1
            raise refused(path, "is UTF-8 text but for this line: save it anew", line) from None
        return "gb18030", "GBK"
    return "utf-8-sig", "UTF-8"


def refused(path: Path, message: str, line: int | None = None) -> InvalidDocument:
    """The file, or one line of it, does not hold what was asked for."""
    return InvalidDocument(path, [LocatedProblem(line, Problem((), message))])
