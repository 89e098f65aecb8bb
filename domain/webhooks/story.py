"""An order that never was, told in public events as a real one is."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.money import Money
from domain.webhooks.bodies import EventData, Notification, PublicDelivery, PublicOrder, PublicRefund

EPOCH = 1
STEP = timedelta(seconds=2)
PART = Money(amount=2490, currency="CNY")


@dataclass
class Story:
    """An order of one or two parts, told from its beginning."""

    channel: str
    now: datetime
    parts: Sequence[str] = ("video",)
    token: str = field(default_factory=lambda: secrets.token_hex(6))
    events: list[Notification] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._order = PublicOrder(
            id=f"ord_sandbox{self.token}",
            order_no=f"sandbox-{self.token}",
            state="acknowledged",
            paused=False,
            closed=False,
            bundle="sandbox",
            bundle_version=1,
            quantity=1,
            paid=PART.times(len(self.parts)),
        )
        self._deliveries = {part: self._planned(part) for part in self.parts}
        self._refunds: dict[str, PublicRefund] = {}
        self._tell("order.accepted", deliveries=list(self._deliveries.values()))

    def order(self, state: str) -> None:
        """The state of the order is another one."""
        self._order = self._order.model_copy(update={"state": state})
        self._tell("order.updated")

    def shippable(self) -> None:
        """It may be called shipped."""
        self._tell("order.shippable")

    def cancelling(self) -> None:
        """What is open of it is being given up."""
        self._tell("order.cancelling")

    def close(self, state: str) -> None:
        """The order has ended."""
        self.order(state)
        self._order = self._order.model_copy(update={"closed": True})
        self._tell("order.closed")

    def updated(self, state: str, part: str = "video") -> None:
        """A delivery stands elsewhere."""
        self._deliver(part, "delivery.updated", state=state)

    def held(self, reason: str, part: str = "video") -> None:
        """A delivery waits."""
        deadline = self._at + timedelta(days=3)
        self._deliver(part, "delivery.held", state="held", hold_reason=reason, hold_deadline=deadline)

    def turned(self, state: str, part: str = "video") -> None:
        """A delivery has come to a state that its event is named after."""
        more = {"units_delivered": 1, "delivered_at": self._at} if state == "delivered" else {}
        self._deliver(part, f"delivery.{state}", state=state, hold_reason=None, hold_deadline=None, **more)

    def refund(self, state: str, part: str = "video") -> None:
        """A refund for a delivery."""
        delivery = self._deliveries[part].id
        identity = f"rfd_sandbox{self.token}{part}"
        self._refunds[part] = PublicRefund(id=identity, delivery_id=delivery, amount=PART, state=state)
        self._tell(f"refund.{state}", refund=self._refunds[part])

    @property
    def _at(self) -> datetime:
        return self.now + STEP * len(self.events)

    def _planned(self, part: str) -> PublicDelivery:
        return PublicDelivery(
            id=f"dlv_sandbox{self.token}{part}",
            component=part,
            release=1,
            item=1,
            title=part.capitalize(),
            kind="key",
            units=1,
            units_delivered=0,
            state="planned",
            hold_reason=None,
            hold_deadline=None,
            due_at=self.now,
            delivered_at=None,
            waived=False,
        )

    def _deliver(self, part: str, event: str, **changes: object) -> None:
        self._deliveries[part] = self._deliveries[part].model_copy(update=changes)
        self._tell(event, delivery=self._deliveries[part])

    def _tell(
        self,
        event: str,
        deliveries: list[PublicDelivery] | None = None,
        delivery: PublicDelivery | None = None,
        refund: PublicRefund | None = None,
    ) -> None:
        number = len(self.events) + 1
        about = EventData(order=self._order, deliveries=deliveries, delivery=delivery, refund=refund)
        self.events.append(
            Notification(
                id=f"evt_sandbox{self.token}{number:02d}",
                type=event,
                timestamp=self._at,
                livemode=False,
                channel=self.channel,
                epoch=EPOCH,
                sequence=number,
                data=about,
            )
        )
