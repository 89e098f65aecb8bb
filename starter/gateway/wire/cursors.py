"""Cursors: where the next page of a list goes on, in letters that nobody needs to read."""

import base64
import binascii
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from pydantic import BaseModel

from domain.contract.order import in_our_time
from domain.validation.problems import Problem
from starter.gateway.wire.bodies import invalid

Item = TypeVar("Item")


class Place(NamedTuple):
    """The last item of a page: its moment, and its id where several have the same."""

    at: datetime
    id: str


class Page(BaseModel, Generic[Item]):
    """Some items of a list; `next_cursor` is null on the last page."""

    data: list[Item]
    next_cursor: str | None


def written(place: Place) -> str:
    """A place as a cursor."""
    return base64.urlsafe_b64encode(f"{place.at.isoformat()} {place.id}".encode()).decode().rstrip("=")


def read(cursor: str | None) -> Place | None:
    """The place that a cursor names; None for none. Raises Refused."""
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, _, identity = text.partition(" ")
        moment = in_our_time(datetime.fromisoformat(at))
    except (ValueError, OverflowError, binascii.Error):
        moment, identity = None, ""
    if moment is None or not identity or "\0" in identity:
        raise invalid([Problem(("cursor",), "must be one that a page of this list named")])
    return Place(moment, identity)
