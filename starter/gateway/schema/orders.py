"""Orders as their channel sees them: without suppliers, costs and what is sealed."""

from datetime import datetime
from urllib.parse import quote

from pydantic import BaseModel

from domain.messages import OrderReceipt
from domain.money import Money
from domain.notes.note import Note
from storage.money.refund_views import RefundSums, RefundView
from storage.views.deliveries import DeliveryView
from storage.views.order_lines import OrderLine
from storage.views.orders import EventView, OrderView
from storage.views.plans import GateView, MissingAccount, OrderEventView, PauseView


class PlannedDelivery(BaseModel):
    """One delivery of a receipt's plan."""

    delivery_id: str
    component: str
    release: int
    item: int
    items: int
    """How many deliveries the release was divided into."""
    title: str
    units: int
    due_at: datetime | None
    """As it stands now; null while its schedule waits for a condition."""
    share: Money
    """What of the price it is worth."""


class Receipt(BaseModel):
    """An order that was accepted. `address` is where it is read."""

    order_id: str
    order_no: str
    livemode: bool
    bundle: str
    version: int
    quantity: int
    price: Money
    discount: Money | None
    placed_at: datetime
    address: str
    deliveries: list[PlannedDelivery]


class PendingOrder(BaseModel):
    """An order that was handed over and is not accepted yet. `address` is where it is read."""

    order_no: str
    livemode: bool
    state: str = "pending"
    address: str


class OrderInList(BaseModel):
    """One order of a list."""

    order_id: str
    order_no: str
    livemode: bool
    bundle: str
    version: int
    quantity: int
    price: Money
    discount: Money | None
    state: str
    accepted_at: datetime
    closed_at: datetime | None
    rejection_code: str | None
    rejection_message: str | None
    erased_at: datetime | None
    address: str


class ChannelDelivery(BaseModel):
    """One delivery as it stands. `note` says why, with a text in the language that was asked for."""

    id: str
    component: str
    release: int
    item: int
    items: int
    title: str
    kind: str
    units: int
    units_delivered: int
    share: Money
    state: str
    due_at: datetime | None
    delivered_at: datetime | None
    hold_reason: str | None
    hold_deadline: datetime | None
    """When it is paid back by itself, unless it goes on before."""
    next_action: str | None
    next_action_at: datetime | None
    note: Note | None
    account: str | None
    """The bundle's name for the account that it goes to."""
    waived: bool
    refunds: list[RefundView]


class DeliveryAlone(ChannelDelivery):
    """A delivery, with the order that it belongs to."""

    order_no: str
    livemode: bool


class ChannelOrder(OrderInList):
    """One order with its deliveries and what it waits for."""

    time_zone: str
    refund_sums: RefundSums
    paused: PauseView | None
    gates: list[GateView]
    order_events: list[OrderEventView]
    accounts_missing: list[MissingAccount]
    deliveries: list[ChannelDelivery]


class OrderTimeline(BaseModel):
    """What happened to an order, the first thing first."""

    order_no: str
    livemode: bool
    events: list[EventView]


def address_of(order_no: str) -> str:
    """Where an order is read."""
    return f"/v1/orders/{quote(order_no, safe='')}"


def receipt(found: OrderReceipt, *, livemode: bool) -> Receipt:
    """The receipt of an order, the same however often it is asked for."""
    lines = [PlannedDelivery.model_validate(each, from_attributes=True) for each in found.deliveries]
    shown = found.model_dump(include=set(Receipt.model_fields) - {"deliveries"})
    return Receipt(**shown, livemode=livemode, address=address_of(found.order_no), deliveries=lines)


def in_list(line: OrderLine, *, livemode: bool) -> OrderInList:
    """An order of a list."""
    shown = line.model_dump(include=set(OrderInList.model_fields))
    return OrderInList(**shown, livemode=livemode, address=address_of(line.order_no))


def delivery(view: DeliveryView) -> ChannelDelivery:
    """A delivery as its channel sees it."""
    return ChannelDelivery(**{name: getattr(view, name) for name in ChannelDelivery.model_fields})


def delivery_alone(view: DeliveryView, order_no: str, *, livemode: bool) -> DeliveryAlone:
    """A delivery that is read by itself."""
    return DeliveryAlone(**dict(delivery(view)), order_no=order_no, livemode=livemode)


def order(view: OrderView, *, livemode: bool) -> ChannelOrder:
    """An order as its channel sees it."""
    computed = {"livemode", "address", "deliveries"}
    return ChannelOrder(
        **{name: getattr(view, name) for name in set(ChannelOrder.model_fields) - computed},
        livemode=livemode,
        address=address_of(view.order_no),
        deliveries=[delivery(each) for each in view.deliveries],
    )


def timeline(view: OrderView, *, livemode: bool) -> OrderTimeline:
    """The timeline of an order."""
    return OrderTimeline(order_no=view.order_no, livemode=livemode, events=view.events)
