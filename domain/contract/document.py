"""What every document that people write is made of: its base, and the plain types of its fields."""

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from domain.contract.durations import read_duration
from domain.spelling import invisible_in

Identifier = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$", description="lower-case letters, digits, - and _")
]
LONGEST = timedelta(days=3660)

LARGEST_BLOCK = 32 * 1024
"""Bytes that the names and values of one mapping of texts may have together, as JSON writes them."""


def visible(text: str) -> str:
    """The text itself. Raises ValueError when it holds a character that nobody sees."""
    if found := invisible_in(text):
        raise ValueError(f"holds {found}: type it anew without it")
    return text


def not_too_large(texts: dict[str, str]) -> dict[str, str]:
    """The mapping itself. Raises ValueError when it is larger than `LARGEST_BLOCK`."""
    within_a_block([texts])
    return texts


def within_a_block(blocks: Iterable[Mapping[str, str]]) -> None:
    """Raises ValueError when these mappings together are larger than one may be."""
    texts = (text for block in blocks for each in block.items() for text in each)
    size = sum(len(json.dumps(text, ensure_ascii=False).encode()) for text in texts)
    if size > LARGEST_BLOCK:
        raise ValueError(f"has {size} bytes, and {LARGEST_BLOCK} (32 KB) are the most: leave something out")


_PRINTABLE = r"[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?"
Text = Annotated[
    str,
    Field(min_length=1, max_length=200, pattern=f"^{_PRINTABLE}$", description="printable text"),
    AfterValidator(visible),
]
Version = Annotated[int, Field(ge=1, le=1_000_000)]


def within_bounds(duration: timedelta) -> timedelta:
    """The duration itself. Raises ValueError when it is negative or longer than `LONGEST`."""
    if not timedelta(0) <= duration <= LONGEST:
        raise ValueError("must be between PT0S and P3660D; use an ISO 8601 duration like P3D or PT30M")
    return duration


def is_unset(value: object) -> bool:
    """What a document does not use is not written, so that a new field changes no digest of what has none."""
    return not value


Duration = Annotated[
    timedelta,
    BeforeValidator(read_duration),
    AfterValidator(within_bounds),
    Field(description="ISO 8601 duration, e.g. P3D or PT30M"),
]


class Document(BaseModel):
    """Anything written by hand: unknown fields are errors, and error texts never repeat the input."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
