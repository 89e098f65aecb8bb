"""What the client says of documents is what the gateway's own description says."""

import builtins
import types
import typing
from collections.abc import Iterable
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from starter.client import answers, documents, errors, events
from starter.gateway.api import routes_of
from starter.gateway.openapi.document import openapi_of

SCHEMAS: dict[str, Any] = openapi_of(routes_of(None))["components"]["schemas"]
SAME: dict[type[Any], str] = {
    documents.NewOrder: "OrderDocument",
    answers.Availability: "BundleAvailability",
    answers.OrderCheck: "OrderCheck",
    answers.Receipt: "Receipt",
    answers.Order: "ChannelOrder",
    answers.Refund: "ChannelRefund",
    answers.RefundSettled: "RefundAnswer",
    answers.EventNoted: "EventAnswer",
    answers.AccountGiven: "RecipientAnswer",
    answers.Cancellation: "CancellationAnswer",
    answers.Link: "LinkAnswer",
    errors.FieldProblem: "FieldProblem",
    events.EventPage: "EventPage",
}


_PLAIN = {str: "string", int: "integer", bool: "boolean", type(None): "null"}


def served(schema: Any) -> Any:
    """The fields of a schema, which of them must be there, and their kinds, down to the last one."""
    match schema:
        case {"$ref": reference}:
            return served(SCHEMAS[reference.rpartition("/")[2]])
        case {"anyOf": several}:
            return one_of(map(served, several))
        case {"type": [*several]}:
            return one_of(several)
        case {"type": "array", "items": item}:
            return [served(item)]
        case {"properties": fields}:
            named = {name: served(each) for name, each in fields.items()}
            return {"required": sorted(schema.get("required", ())), "fields": named}
        case {"type": "object", "additionalProperties": True}:
            return {"values": "any"}
        case {"type": "object", "additionalProperties": values}:
            return {"values": served(values)}
        case {"type": "object", "patternProperties": values}:
            return {"values": served(*values.values())}
    return schema["type"]


def written(kind: Any) -> Any:
    """The same of a type of the client."""
    if is_typeddict(kind):
        named = {name: written(each) for name, each in get_type_hints(kind).items()}
        return {"required": sorted(kind.__required_keys__), "fields": named}
    inner = get_args(kind)
    match get_origin(kind):
        case types.UnionType | typing.Union:
            return one_of(map(written, inner))
        case typing.Literal:
            return one_of({written(type(each)) for each in inner})
        case builtins.list:
            return [written(inner[0])]
        case builtins.dict:
            return {"values": "any" if inner[1] is Any else written(inner[1])}
    return _PLAIN[kind]


def one_of(kinds: Iterable[Any]) -> Any:
    """Any of these kinds, in no order."""
    found = sorted(kinds, key=str)
    return found[0] if len(found) == 1 else ("one of", *found)


@pytest.mark.parametrize("kind", SAME, ids=lambda kind: kind.__name__)
def test_a_document_has_the_fields_that_are_served(kind: type[Any]) -> None:
    assert written(kind) == served(SCHEMAS[SAME[kind]])
