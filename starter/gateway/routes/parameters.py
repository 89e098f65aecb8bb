"""Parameters that several routes take."""

from typing import Annotated
from urllib.parse import unquote

from fastapi import Header, Path, Query
from pydantic import BeforeValidator

NAME = r"^[a-z0-9][a-z0-9_-]{0,63}$"
_PRINTABLE = r"^[^\x00-\x20\x7f]+$"
REQUEST = r"^[A-Za-z0-9._:-]{1,64}$"


def _decoded(text: object) -> str:
    return unquote(str(text), errors="strict")


OrderNo = Annotated[
    str,
    BeforeValidator(_decoded),
    Path(
        min_length=1,
        max_length=64,
        pattern=_PRINTABLE,
        json_schema_extra={"pattern": _PRINTABLE},
        description="The channel's own order number, percent-encoded: `WC%2F2024%2F1`",
    ),
]
DeliveryId = Annotated[str, Path(pattern=r"^dlv_[0-9a-f]{24}$")]
LinkId = Annotated[str, Path(pattern=r"^rvl_[0-9a-f]{24}$")]
HoldId = Annotated[str, Path(pattern=r"^hld_[0-9a-f]{24}$")]
RefundId = Annotated[str, Path(pattern=r"^rfd_[0-9a-f]{32}$")]
ComponentName = Annotated[str, Path(pattern=NAME)]
BundleName = Annotated[str, Path(pattern=NAME)]
Version = Annotated[int, Path(ge=1, le=1_000_000)]
RequestName = Annotated[str, Path(pattern=REQUEST)]
Limit = Annotated[int, Query(ge=1, le=100, description="How many a page has at most")]
Cursor = Annotated[
    str | None, Query(min_length=1, max_length=200, description="`next_cursor` of the page before")
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        pattern=REQUEST,
        description="Names this request: the same one again has no second effect",
    ),
]
