"""A bundle's plan as a timeline: what comes when, and what a cancellation at each moment would pay back.

It supposes that everything is delivered when it is due. What depends on more than that is given twice: as it
goes if all that is hoped for happens as soon as it can, and as it goes if nothing more happens.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.contract.order import OrderDocument
from domain.contract.release import AccountClaim
from domain.money import Money
from domain.planning.gates import plan_gates
from domain.planning.items import Item
from domain.planning.plan import PlannedDelivery, plan_deliveries
from domain.simulation.course import Course
from domain.simulation.endings import Ending
from domain.simulation.release import Teller, TimelineRelease, never_released
from domain.simulation.tally import Tally, Undoable


class Figures(BaseModel):
    """What comes to its end at one moment, and what is paid back in all if the rest is cancelled around it.

    After it, `undoable` can be revoked, and `policy_undoes` says that a cancellation would make the policy
    do so. What is given up is paid back at its own moment.
    """

    model_config = ConfigDict(frozen=True)

    releases: list[TimelineRelease]
    refund_before: Money
    refund_after: Money
    undoable: list[Undoable]
    policy_undoes: bool


class TimelineMoment(Figures):
    """One moment, if all that is hoped for happens as soon as it can; and the same if nothing happens."""

    at: datetime
    if_nothing_happens: Figures


class Timeline(BaseModel):
    """All moments of one order, in order."""

    model_config = ConfigDict(frozen=True)

    ordered_at: datetime
    quantity: int
    price: Money
    moments: list[TimelineMoment]


def timeline(bundle: Bundle, catalogue: Catalogue, order: OrderDocument, anchor: datetime) -> Timeline:
    """The timeline of an order of a valid bundle, placed at `anchor` (UTC-aware)."""
    discount = order.discount.amount if order.discount else 0
    planned = plan_deliveries(bundle, catalogue, order.quantity, anchor, order.stated, discount=discount)
    gates = plan_gates(bundle, anchor, order.stated)
    unclaimed = _unclaimed(bundle, order, planned)
    hoped = Course(bundle, planned, gates, unclaimed, anchor, hopeful=True).endings
    alone = Course(bundle, planned, gates, unclaimed, anchor, hopeful=False).endings
    teller = Teller(bundle, order, planned, gates, unclaimed, never_released(gates, hoped))
    times = sorted({ending.at for ending in (*hoped.values(), *alone.values())})
    both = [_figures(bundle, planned, teller, endings, times) for endings in (hoped, alone)]
    moments = [
        TimelineMoment(at=at, if_nothing_happens=otherwise, **dict(as_hoped))
        for at, as_hoped, otherwise in zip(times, *both, strict=True)
    ]
    price = Money(amount=sum(each.share.amount for each in planned), currency=bundle.price.currency)
    return Timeline(ordered_at=anchor, quantity=order.quantity, price=price, moments=moments)


def _unclaimed(
    bundle: Bundle, order: OrderDocument, planned: Iterable[PlannedDelivery]
) -> dict[str, AccountClaim]:
    """The components whose account the order may name later, and does not name yet."""
    open_ones = {each.component for each in planned if each.recipient not in (None, *order.recipients)}
    return {each.id: each.claim for each in bundle.components if each.claim and each.id in open_ones}


def _figures(
    bundle: Bundle,
    planned: Sequence[PlannedDelivery],
    teller: Teller,
    endings: Mapping[Item, Ending],
    times: Iterable[datetime],
) -> Iterator[Figures]:
    """What one course of the order comes to at each of these moments."""
    tally = Tally(bundle, planned)
    ends: dict[datetime, list[TimelineRelease]] = {}
    for item, ending in endings.items():
        ends.setdefault(ending.at, []).append(teller.tell(item, ending))
    for at in times:
        releases = sorted(ends.get(at, []), key=lambda each: each.given_up)
        refund_before = tally.refund
        for each in releases:
            tally.count(each.place, each.share, each.fate)
        yield Figures(
            releases=releases,
            refund_before=refund_before,
            refund_after=tally.refund,
            undoable=list(tally.undoable()),
            policy_undoes=tally.policy_undoes,
        )
