"""Fulu's signature: the characters of a text, sorted by code point, then the secret; MD5, lower-case hex.

Source: the vendor's SDKs, and its printed example of a signed answer. Requests and callbacks sign their
compact JSON without `sign` (no spaces, slashes and non-ASCII unescaped); answers sign their `result` text.
Sorting is by Unicode character, not by byte.
"""

import hashlib
import hmac
from collections.abc import Mapping

from adapters.fields import write_json


def sign_text(text: str, secret: str) -> str:
    """The signature of an answer's `result`."""
    return hashlib.md5(("".join(sorted(text)) + secret).encode()).hexdigest()


def sign_fields(fields: Mapping[str, object], secret: str) -> str:
    """The signature of a request envelope or of a callback; a `sign` among the fields is left out."""
    return sign_text(write_json({name: value for name, value in fields.items() if name != "sign"}), secret)


def matches(expected: str, given: str) -> bool:
    """Whether two signatures are equal, compared in constant time and whatever their case."""
    return hmac.compare_digest(expected.encode(), given.lower().encode())
