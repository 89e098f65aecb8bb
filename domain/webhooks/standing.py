"""Where an order stands for receivers: the sum of its events in the book, one after the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.contract.bundle import ShippedWhen
from domain.fulfilment.states import OrderState, RefundState
from domain.money import Money
from domain.webhooks.bodies import PublicDelivery, PublicOrder, PublicRefund
from domain.webhooks.shippable import is_awaited, is_delivered, is_open, is_shippable

SHOWN = frozenset(
    {
        "state",
        "units_delivered",
        "hold_reason",
        "hold_deadline",
        "due_at",
        "delivered_at",
        "waived",
    }
)
"""What changes about a delivery that receivers know of; none of it is personal."""
Face = Mapping[str, Any]
"""Those columns of a delivery, as events say them."""


@dataclass(frozen=True)
class BookEvent:
    """An event of one order, as the book has it."""

    seq: int
    at: datetime
    type: str
    delivery_id: str | None
    data: Mapping[str, Any]
    xid: int


@dataclass(frozen=True)
class DeliveryFrame:
    """What never changes about a delivery."""

    id: str
    component: str
    release: int
    item: int
    title: str
    kind: str
    units: int
    role: str


@dataclass(frozen=True)
class OrderFrame:
    """What never changes about an order."""

    id: str
    channel: str
    order_no: str
    bundle: str
    bundle_version: int
    quantity: int
    paid: Money
    shipped_when: str
    deliveries: Mapping[str, DeliveryFrame]
    """Those that its next events are about, at least."""


@dataclass
class OrderStanding:
    """An order after some of its events; it takes the next one from there, whatever came before."""

    frame: OrderFrame
    state: str = OrderState.ACKNOWLEDGED.value
    paused: bool = False
    closed: bool = False
    still_open: int = 0
    """Deliveries that are awaited before it may be called shipped."""
    delivered: int = 0
    """Deliveries of those awaited that are delivered now."""
    was_shippable: bool = False
    faces: dict[str, Face] = field(default_factory=dict)
    """Of the deliveries that its next events are about, where they were planned before."""

    def take(self, event: BookEvent) -> None:
        """Add the next event."""
        if event.delivery_id is not None:
            self._delivery(event.delivery_id, event.data)
        elif not event.type.startswith("refund."):
            self._order(event)

    @property
    def order(self) -> PublicOrder:
        """The order's public face."""
        frame = self.frame
        return PublicOrder(
            id=frame.id,
            order_no=frame.order_no,
            state=self.state,
            paused=self.paused,
            closed=self.closed,
            bundle=frame.bundle,
            bundle_version=frame.bundle_version,
            quantity=frame.quantity,
            paid=frame.paid,
        )

    @property
    def is_shippable(self) -> bool:
        """Whether it may be called shipped, by its bundle's `shipped_when`."""
        rule = ShippedWhen(self.frame.shipped_when)
        return is_shippable(rule, delivered=self.delivered, still_open=self.still_open)

    def delivery(self, delivery_id: str) -> PublicDelivery | None:
        """A delivery's public face; None before it was planned."""
        frame, face = self.frame.deliveries.get(delivery_id), self.faces.get(delivery_id)
        if frame is None or not face:
            return None
        return PublicDelivery(
            id=frame.id,
            component=frame.component,
            release=frame.release,
            item=frame.item,
            title=frame.title,
            kind=frame.kind,
            units=frame.units,
            units_delivered=face.get("units_delivered") or 0,
            state=face["state"],
            hold_reason=face.get("hold_reason"),
            hold_deadline=face.get("hold_deadline"),
            due_at=face.get("due_at"),
            delivered_at=face.get("delivered_at"),
            waived=face.get("waived") or False,
        )

    def refund(self, event: BookEvent) -> PublicRefund:
        """The refund that an event is about, as it stands by that event."""
        state = event.type.removeprefix("refund.")
        return PublicRefund(
            id=event.data["refund"],
            delivery_id=event.data["delivery"],
            amount=Money(amount=event.data["amount"], currency=self.frame.paid.currency),
            state=RefundState.DECIDED.value if state == "owed_again" else state,
        )

    def _delivery(self, delivery_id: str, data: Mapping[str, Any]) -> None:
        before = self.faces.get(delivery_id, {})
        now = {**before, **{name: value for name, value in data.items() if name in SHOWN}}
        self.faces[delivery_id] = now
        frame = self.frame.deliveries.get(delivery_id)
        if frame is not None and is_awaited(ShippedWhen(self.frame.shipped_when), frame.role):
            self.still_open += is_open(now) - is_open(before)
            self.delivered += is_delivered(now) - is_delivered(before)

    def _order(self, event: BookEvent) -> None:
        match event.type:
            case "order.rejected":
                self.state, self.closed = OrderState.REJECTED.value, True
            case "order.state":
                self.state = event.data["new"]
            case "order.closed":
                self.state, self.closed = event.data["state"], True
            case "order.paused":
                self.paused = True
            case "order.resumed":
                self.paused = False
