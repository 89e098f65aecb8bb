"""Lists of keys as card shops keep them: one a line, alone or as number and password, without columns."""

import re
from collections.abc import Iterator, Sequence

from starter.cli.supply.key_text import KeyText, refused

_SEPARATORS = {"----": "----", "\t": "a tab", ";": "a semicolon", ",": "a comma"}
_ANY_SEPARATOR = re.compile("----|[\t;,]")
_TITLES = frozenset(
    ("number", "password", "key", "code", "card", "account", "link", "expires_at", "cost")
).union(("卡号", "卡密", "密码", "账号", "兑换码", "激活码", "链接", "到期时间", "成本"))
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)


def list_rows(text: KeyText, *, pairs: bool | None) -> Iterator[tuple[int, dict[str, str]]]:
    """Each key of a list, with its line. A first line of titles, and blank lines, are passed over.

    `pairs`: whether each line is a number and a password, or one key as it stands; None: as the lines show.
    Raises InvalidDocument where they do not agree.
    """
    written = [(number, line.strip()) for number, line in enumerate(text.lines(), start=1)]
    lines = [(number, line) for number, line in written if line]
    titles = _ANY_SEPARATOR.split(lines[0][1]) if lines else []
    if titles and all(each.strip().casefold() in _TITLES for each in titles):
        if len(titles) > 2:
            raise refused(text.path, f"names {len(titles)} columns: a list has two at most", lines[0][0])
        lines = lines[1:]
    separator = None if pairs is False else _separator(text, lines, wanted=pairs is True)
    for number, line in lines:
        if separator is None:
            yield number, {"link" if _LINK.fullmatch(line) else "number": line}
        else:
            card, password = line.split(separator)
            yield number, {"number": card.strip(), "password": password.strip()}


def _separator(text: KeyText, lines: Sequence[tuple[int, str]], *, wanted: bool) -> str | None:
    """What stands between number and password in every line; None where no line has the two."""
    fitting = {each: [number for number, line in lines if _is_pair(line, each)] for each in _SEPARATORS}
    separator, found = max(fitting.items(), key=lambda each: len(each[1]))
    if not found and not wanted:
        return None
    odd = next((number for number, _ in lines if number not in set(found)), None)
    if odd is not None:
        so = f", with {_SEPARATORS[separator]} between them as in line {found[0]}" if found else ""
        one = "say --format lines if each line is one key"
        raise refused(text.path, f"must have a number and a password{so}; {one}", odd)
    return separator


def _is_pair(line: str, separator: str) -> bool:
    parts = line.split(separator)
    return len(parts) == 2 and all(part.strip() for part in parts)
