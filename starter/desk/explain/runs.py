"""Runs: deliveries of one component that follow each other and stand alike, which read as one line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from domain.fulfilment.states import DeliveryState
from domain.money import Money
from storage.money.refund_views import RefundSums, sums
from storage.views.deliveries import DeliveryView

READABLE = 25
"""An order with more deliveries than this is shown in runs."""
_COLLAPSIBLE = (DeliveryState.PLANNED, DeliveryState.DELIVERED, DeliveryState.CANCELLED)


@dataclass(frozen=True)
class Run:
    """One delivery, or several that stand alike."""

    deliveries: Sequence[DeliveryView]

    @property
    def first(self) -> DeliveryView:
        """The earliest delivery."""
        return self.deliveries[0]

    @property
    def last(self) -> DeliveryView:
        """The latest delivery."""
        return self.deliveries[-1]

    @property
    def is_one(self) -> bool:
        """Whether it is a delivery by itself."""
        return len(self.deliveries) == 1

    @property
    def name(self) -> str:
        """Such as `video #4-#12`."""
        until = "" if self.is_one else f"-#{self.last.number}"
        return f"{self.first.component} #{self.first.number}{until}"

    @property
    def units(self) -> tuple[int, int]:
        """How many units were delivered, of how many."""
        return sum(d.units_delivered for d in self.deliveries), sum(d.units for d in self.deliveries)

    @property
    def share(self) -> Money:
        """What all of it is worth."""
        total = sum(each.share.amount for each in self.deliveries)
        return Money(amount=total, currency=self.first.share.currency)

    @property
    def refunds(self) -> RefundSums:
        """What became of all that is owed back for it."""
        return sums(refund for each in self.deliveries for refund in each.refunds)


def runs(deliveries: Iterable[DeliveryView], *, collapse: bool) -> list[Run]:
    """Deliveries (in plan order) as runs; without `collapse` each by itself."""
    if not collapse:
        return [Run([each]) for each in deliveries]
    numbered = enumerate(deliveries)
    return [Run([each for _, each in group]) for _, group in groupby(numbered, lambda pair: _alike(*pair))]


def _alike(position: int, delivery: DeliveryView) -> tuple[object, ...]:
    """Equal for neighbours that differ in nothing but their instants, shares and units."""
    if delivery.state not in _COLLAPSIBLE:
        return (position,)
    partly = delivery.state == DeliveryState.DELIVERED and delivery.units_delivered < delivery.units
    return (
        delivery.component,
        delivery.title,
        delivery.state,
        delivery.note,
        delivery.next_action,
        delivery.refund_state,
        delivery.waived,
        delivery.recipient,
        partly,
    )
