"""Fulu's signature: the characters of a text, sorted by code point, then the secret; MD5, lower-case hex.

Source: the vendor's SDKs, and its printed example of a signed answer. Requests and callbacks sign their
compact JSON without `sign` (no spaces, slashes and non-ASCII unescaped); answers sign their `result` text.
Sorting is by Unicode character, not by byte.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping

from adapters.answers.fields import write_json

_PART = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
"""A text, a mark, or a number or word of JSON, as it stands."""


def sign_text(text: str, secret: str) -> str:
    """The signature of an answer's `result`."""
    return hashlib.md5(("".join(sorted(text)) + secret).encode()).hexdigest()


def sign_fields(fields: Mapping[str, object], secret: str) -> str:
    """The signature of a request envelope or of a callback; a `sign` among the fields is left out."""
    return sign_text(write_json({name: value for name, value in fields.items() if name != "sign"}), secret)


def sign_as_sent(text: str, secret: str) -> set[str]:
    """The signatures that a callback may carry, over its own text: its numbers are never written anew.

    Blanks between its parts and the field `sign` are left out. Escaped characters count as they stand, or
    as what they stand for: the vendor signs before it writes, and some of its writers escape afterwards.
    Raises UnicodeEncodeError for half a surrogate pair.
    """
    parts = _without_sign(_PART.findall(text))
    unescaped = [write_json(json.loads(part)) if part.startswith('"') else part for part in parts]
    return {sign_text("".join(each), secret) for each in (parts, unescaped)}


def _without_sign(parts: list[str]) -> list[str]:
    """The parts of an object's text without its own field `sign` and the comma beside it."""
    depth = 0
    for place, part in enumerate(parts):
        depth += (part in "{[") - (part in "}]")
        if depth == 1 and parts[place + 1 : place + 2] == [":"] and json.loads(part) == "sign":
            first, last = place, place + 3  # a sign that is no text verifies nothing
            if parts[last : last + 1] == [","]:
                last += 1
            elif parts[first - 1] == ",":
                first -= 1
            return parts[:first] + parts[last:]
    return parts


def matches(expected: str, given: str) -> bool:
    """Whether two signatures are equal, compared in constant time and whatever their case."""
    return hmac.compare_digest(expected.encode(), given.lower().encode())
