"""Where an order stands for receivers: the sum of its events in the book, one after the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.fulfilment.fold import fold
from domain.fulfilment.states import OrderState, RefundState
from domain.money import Money
from domain.webhooks.bodies import PublicDelivery, PublicOrder, PublicRefund


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


@dataclass
class OrderStanding:
    """An order after some of its events."""

    frame: OrderFrame
    state: str = OrderState.ACKNOWLEDGED.value
    paused: bool = False
    closed: bool = False
    columns: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, PublicRefund] = field(default_factory=dict)

    def take(self, event: BookEvent) -> None:
        """Add the next event."""
        if event.delivery_id is not None:
            before = self.columns.get(event.delivery_id, {})
            self.columns[event.delivery_id] = before | fold([event.data])
        elif event.type.startswith("refund."):
            self._refund(event)
        else:
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

    def delivery(self, delivery_id: str) -> PublicDelivery | None:
        """A delivery's public face; None before it was planned."""
        frame, columns = self.frame.deliveries.get(delivery_id), self.columns.get(delivery_id)
        if frame is None or not columns:
            return None
        return PublicDelivery(
            id=frame.id,
            component=frame.component,
            release=frame.release,
            item=frame.item,
            title=frame.title,
            kind=frame.kind,
            units=frame.units,
            units_delivered=columns.get("units_delivered") or 0,
            state=columns["state"],
            hold_reason=columns.get("hold_reason"),
            hold_deadline=columns.get("hold_deadline"),
            due_at=columns.get("due_at"),
            delivered_at=columns.get("delivered_at"),
            waived=columns.get("waived") or False,
        )

    def _refund(self, event: BookEvent) -> None:
        known = self.refunds.get(event.data["refund"])
        state = event.type.removeprefix("refund.")
        self.refunds[event.data["refund"]] = PublicRefund(
            id=event.data["refund"],
            delivery_id=event.data["delivery"],
            amount=Money(
                amount=known.amount.amount if known else event.data.get("amount", 0),
                currency=self.frame.paid.currency,
            ),
            state=RefundState.DECIDED.value if state == "owed_again" else state,
        )

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
