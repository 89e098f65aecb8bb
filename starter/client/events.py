"""Events, as they are read from the feed and sent to webhooks."""

from typing import TypedDict

from .documents import Money


class EventOrder(TypedDict):
    """An order, whole."""

    id: str
    order_no: str
    state: str
    paused: bool
    closed: bool
    bundle: str
    bundle_version: int
    quantity: int
    paid: Money


class EventDelivery(TypedDict):
    """A delivery, whole."""

    id: str
    component: str
    release: int
    item: int
    title: str
    kind: str
    units: int
    units_delivered: int
    state: str
    hold_reason: str | None
    hold_deadline: str | None
    due_at: str | None
    delivered_at: str | None
    waived: bool


class EventRefund(TypedDict):
    """A refund, whole."""

    id: str
    delivery_id: str
    amount: Money
    state: str


class EventSupplier(TypedDict):
    """What happened to a connection; for operations only."""

    connection: str
    product: str | None
    reason: str | None


class EventBundle(TypedDict):
    """A bundle as it can be sold since then."""

    id: str
    sellable: bool
    limited_by: str | None
    component: str | None


class EventEndpoint(TypedDict):
    """An endpoint that something happened to."""

    id: str
    reason: str | None


class EventData(TypedDict):
    """What an event is about; null what it is not about."""

    order: EventOrder | None
    deliveries: list[EventDelivery] | None
    delivery: EventDelivery | None
    refund: EventRefund | None
    supplier: EventSupplier | None
    bundle: EventBundle | None
    endpoint: EventEndpoint | None


class Event(TypedDict):
    """One event. Leave alone what is not newer than what you have, comparing `epoch`, then `sequence`."""

    id: str
    type: str
    timestamp: str
    livemode: bool
    channel: str | None
    epoch: int
    sequence: int | None
    data: EventData


class EventPage(TypedDict):
    """Some events; keep `cursor` once they are worked on."""

    data: list[Event]
    cursor: str
    has_more: bool
