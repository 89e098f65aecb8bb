"""One spelling for what is written in many: keys, phone numbers, accounts, references to buyers.

Characters that nobody sees, blanks, dashes and widths come from copying, from spreadsheets and from input
methods, and mean nothing. Every spelling here stays as it is when it is made again.
"""

import re
import unicodedata
from collections.abc import Callable

_IGNORABLE = (
    *((0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2060, 0x206F)),
    *((0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xE0000, 0xE0FFF)),
)
"""Code points without a picture of their own, beside controls (Cc, Cf): fillers, variation selectors."""
_JOINS_PICTURES = "\u200d\ufe0f"
_LINK = re.compile(r"(https?://[^/?#]*)(.*)", re.DOTALL | re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9]{10,}")
_MOBILE = re.compile(r"(?:(?:\+|00)?86)?0?(1[3-9][0-9]{9})")
_PHONE = re.compile(r"\+?[0-9]{6,15}")
_LETTER_OR_DIGIT = re.compile(r"[A-Za-z0-9]")
_DASHES = "\u2212\u2043\u02d7\u2796\u2500\u30fc"
"""What is written for a dash, beside those of category Pd: signs, bullets, lines of other scripts."""
_BETWEEN_DIGITS = " -().\u00b7\t"
_TELLING = 10
"""Letters and digits from which on a part of a credential is its own; shorter ones recur lawfully."""


def is_invisible(character: str) -> bool:
    """Whether a character shows nothing and takes no room, or stands for nothing."""
    if character.isascii():
        return False
    code = ord(character)
    in_ranges = any(first <= code <= last for first, last in _IGNORABLE)
    return in_ranges or unicodedata.category(character) in ("Cc", "Cf")


def invisible_in(text: str) -> str | None:
    """The first invisible character of a text, in words for whoever wrote it; those inside an emoji pass."""
    if text.isascii():
        return None
    before = ""
    for position, character in enumerate(text, start=1):
        joins = character in _JOINS_PICTURES and before and before in _JOINS_PICTURES + _picture(before)
        if is_invisible(character) and not joins:
            return f"an invisible character (U+{ord(character):04X}) in place {position}"
        before = character
    return None


def as_handed_over(secret: str) -> str:
    """A part of a credential as the buyer gets it: as it was given, without what cannot be part of it.

    Invisible and control characters go, other blanks become plain ones, and none is left around it.
    """
    if secret.isascii() and secret.isprintable():
        return secret.strip()
    return "".join(_shown(character) for character in secret).strip()


def secret(part: str, *, case_sensitive: bool = False) -> str:
    """A part of a credential as it is compared: without wide letters and case; a long one without dashes too.

    A short one keeps them, since 1-23 and 12-3 may be two. A link keeps the case of what follows its host.
    """

    def step(text: str) -> str:
        text = _plain(as_handed_over(text))
        if link := _LINK.fullmatch(text):
            return link[1].casefold() + "".join(link[2].split())
        if not text.isascii():
            text = "".join("-" if _is_dash(each) else each for each in text)
        parts = text.split()
        bare = "".join(parts).replace("-", "")
        text = bare if _told(bare) >= _TELLING else " ".join(parts)
        return text if case_sensitive else text.casefold()

    return _settled(step, part)


def secrets_alone(*parts: str | None) -> list[str]:
    """The parts of one credential that no other may have: its only one, and each that is long enough.

    Of a link beside another part only what could be a code counts, since many cards name one page where they
    are redeemed.
    """
    there = [part for part in parts if part and as_handed_over(part)]
    return there if len(there) == 1 else [part for part in there if _tells(secret(part, case_sensitive=True))]


def phone(number: str) -> str:
    """A phone number as it is sent and compared: digits, a mainland mobile without its country code.

    A foreign number keeps its own, behind a +. Whatever is no phone number does not become one.
    """

    def step(text: str) -> str:
        plain = unicodedata.normalize("NFKC", _visible(text))
        return "".join(each for each in plain if each not in _BETWEEN_DIGITS and not _is_dash(each))

    digits = _settled(step, number)
    if mobile := _MOBILE.fullmatch(digits):
        return mobile[1]
    return f"+{digits[2:]}" if digits.startswith("00") else digits


def email(address: str) -> str:
    """An e-mail address as it is sent: narrow letters, and its domain in lower case."""

    def step(text: str) -> str:
        name, at, domain = unicodedata.normalize("NFKC", text).rpartition("@")
        return name + at + domain.lower()

    return _settled(step, address)


def account(value: str) -> str:
    """An account, phone, e-mail, address or reference to a buyer as it is compared, without its case."""

    def step(text: str) -> str:
        return " ".join(_plain(_visible(text)).casefold().split())

    text = _settled(step, value)
    called = phone(text)
    return called if _PHONE.fullmatch(called) else text


def _settled(step: Callable[[str], str], text: str) -> str:
    """What is left once another step changes nothing: folding a character can yield one to be folded."""
    while (after := step(text)) != text:
        text = after
    return text


def _plain(text: str) -> str:
    """Narrow letters, and the digits of every script as our own."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text)
    return text if text.isascii() else "".join(_digit(each) for each in text)


def _digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


def _visible(text: str) -> str:
    return text if text.isascii() else "".join(each for each in text if not is_invisible(each))


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp"):
        return " "
    is_control = category == "Cc" and character not in "\n\t"
    return "" if is_control or is_invisible(character) else character


def _is_dash(character: str) -> bool:
    return unicodedata.category(character) == "Pd" or character in _DASHES


def _picture(character: str) -> str:
    return character if unicodedata.category(character) in ("So", "Sk") else ""


def _tells(text: str) -> bool:
    if link := _LINK.fullmatch(text):
        return any(any(each.isdigit() for each in token) for token in _TOKEN.findall(link[2]))
    return _told(text) >= _TELLING and len(set(text)) > 1


def _told(text: str) -> int:
    return len(_LETTER_OR_DIGIT.findall(text))
