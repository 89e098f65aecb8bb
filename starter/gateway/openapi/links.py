"""Links of the document: which operation goes on from an answer, and with what of it."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Link(NamedTuple):
    """From an answer of `status` to another operation; `parameters` say where in the answer each is."""

    operation: str
    status: int
    to: str
    parameters: Mapping[str, str]


_ORDER = {"order_no": "/order_no"}
_FIRST_DELIVERY = {"delivery_id": "/deliveries/0/id"}
_PLANNED = {"delivery_id": "/deliveries/0/delivery_id"}
_REFUND = {"refund_id": "/data/0/id"}
_ENDPOINT = {"endpoint_id": "/endpoint/id"}
LINKS = (
    *(Link("place_order", status, "read_order", _ORDER) for status in (200, 201, 202)),
    Link("place_order", 201, "read_timeline", _ORDER),
    Link("place_order", 201, "make_page_link", _ORDER),
    Link("place_order", 201, "note_event", _ORDER),
    Link("place_order", 201, "ask_to_cancel", _ORDER),
    Link("place_order", 201, "read_delivery", _PLANNED),
    Link("list_orders", 200, "read_order", {"order_no": "/data/0/order_no"}),
    Link("read_order", 200, "read_delivery", _FIRST_DELIVERY),
    Link("read_order", 200, "make_reveal_link", _FIRST_DELIVERY),
    Link("ask_to_cancel", 201, "read_cancellation", {**_ORDER, "name": "/id"}),
    Link("ask_to_cancel", 202, "read_cancellation", {**_ORDER, "name": "/id"}),
    Link("make_page_link", 201, "end_link", {"link_id": "/id"}),
    Link("make_reveal_link", 201, "end_link", {"link_id": "/id"}),
    Link("list_refunds", 200, "confirm_refund", _REFUND),
    Link("list_refunds", 200, "fail_refund", _REFUND),
    Link("list_events", 200, "list_events", {"cursor": "/cursor"}),
    Link("add_endpoint", 201, "get_endpoint", _ENDPOINT),
    Link("add_endpoint", 201, "list_sent", _ENDPOINT),
    Link("add_endpoint", 201, "remove_endpoint", _ENDPOINT),
    Link("list_bundles", 200, "read_availability", {"bundle": "/data/0/bundle"}),
    Link("list_bundles", 200, "read_bundle", {"bundle": "/data/0/bundle", "version": "/data/0/version"}),
)


def link(operations: Mapping[str, dict[str, Any]]) -> None:
    """Write them into the answers of these operations, by their ids."""
    for each in LINKS:
        assert each.to in operations, each
        answer = operations[each.operation]["responses"][str(each.status)]
        parameters = {name: f"$response.body#{where}" for name, where in each.parameters.items()}
        answer.setdefault("links", {})[each.to] = {"operationId": each.to, "parameters": parameters}
