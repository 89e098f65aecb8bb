"""What schemathesis cannot know of what it sends: which bundle the book has."""

import itertools
import json
import os
import re
from typing import Any

import schemathesis

SOLD = json.loads(os.environ["FUZZ_ORDER"])
"""An order that is accepted: its bundle, version and price."""
_CURSOR = re.compile(r"[0-9]{13}\.[0-9]+")
"""Of the feed of events; it came by a link. Others are made up."""
_OF_ANOTHER = ("channel", "quantity", "discount", "recipients", "attributes", "hold", "hold_token")
"""What depends on a bundle, on the key, or takes long."""
_NUMBERS = itertools.count()
"""No address is notified twice."""


@schemathesis.hook
def map_case(context: Any, case: Any) -> Any:
    """Let an order be for a bundle that there is, and a cursor be one that a page named; not in noise."""
    meta = case.meta
    if meta is None or meta.phase.name == "fuzzing" or not meta.generation.mode.is_positive:
        return case
    if case.operation.path in ("/v1/orders", "/v1/order-checks") and isinstance(case.body, dict):
        left = {name: each for name, each in case.body.items() if name not in _OF_ANOTHER}
        case.body = {**left, **SOLD}
    case.body = _whole(case.body)
    if isinstance(case.body, dict) and "url" in case.body:
        case.body = {**case.body, "url": f"https://shop.example/{next(_NUMBERS)}"}
    of_the_feed = case.operation.path == "/v1/events" and _CURSOR.fullmatch(str(case.query.get("cursor")))
    if case.query and not of_the_feed:
        case.query = {name: each for name, each in case.query.items() if name != "cursor"}
    return case


def _whole(value: Any) -> Any:
    """A body in which 2 is not written as 2.0, which JSON Schema takes for the same."""
    match value:
        case dict():
            return {name: _whole(each) for name, each in value.items()}
        case list():
            return [_whole(each) for each in value]
        case float() if value.is_integer():
            return int(value)
    return value
