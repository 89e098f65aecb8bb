"""A bundle's plan as a timeline: what comes when, and what a cancellation at each moment would pay back.

It supposes that everything is delivered when it is due, and that what waits for a condition gets it at the
last moment, its deadline.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from pydantic import BaseModel, ConfigDict

from domain.catalogue import Catalogue
from domain.condition import Constant
from domain.contract import Bundle, Reversibility
from domain.gates import PlannedGate
from domain.money import Money
from domain.opening import Opening
from domain.order import OrderDocument
from domain.plan import PlannedDelivery, pivots, plan_deliveries
from domain.policy import cancelling_undoes
from domain.release import Claim, Otherwise
from domain.wording import waits_for, why_ruled_out


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class TimelineRelease(_Shown):
    """One release. `given_up`: it is refunded at this moment instead, since it can never be released."""

    component: str
    release: int
    of: int
    title: str
    units: int
    share: Money
    reversibility: Reversibility
    waits_for: str = ""
    ruled_out: str = ""
    """Why the order's own attributes rule its condition out, so that nothing of it is waited for."""
    by: datetime | None = None
    otherwise: Otherwise | None = None
    given_up: bool = False
    claim: Claim | None = None
    """Set when the order does not name the account yet."""


class Undoable(_Shown):
    """How many delivered releases of a component can still be taken back."""

    component: str
    releases: int
    reversibility: Reversibility


class TimelineMoment(_Shown):
    """What comes at one moment, and what is paid back if all that is left is cancelled before or after it.

    After it, `undoable` can be taken back, and `policy_undoes` says that a cancellation would make the policy
    do so.
    """

    at: datetime
    releases: list[TimelineRelease]
    refund_before: Money
    refund_after: Money
    undoable: list[Undoable]
    policy_undoes: bool


class Timeline(_Shown):
    """All moments of one order, in order."""

    ordered_at: datetime
    quantity: int
    price: Money
    moments: list[TimelineMoment]


def timeline(bundle: Bundle, catalogue: Catalogue, order: OrderDocument, anchor: datetime) -> Timeline:
    """The timeline of an order of a valid bundle, placed at `anchor` (UTC-aware)."""
    planned = plan_deliveries(bundle, catalogue, order.quantity, anchor, order.stated)
    opening = Opening(bundle, anchor, order.stated)
    last = pivots(bundle)
    rank = {c.id: (c.id in last, opening.depth(c.id), index) for index, c in enumerate(bundle.components)}
    dated = [(opening.instant(delivery.component, delivery.release), delivery) for delivery in planned]
    dated.sort(key=lambda each: (each[0], rank[each[1].component]))
    account = _Account(bundle, planned)
    moments = []
    for at, group in groupby(dated, key=lambda each: each[0]):
        due = [delivery for _, delivery in group]
        refund_before = account.refund
        for each in due:
            if not opening.gives_up(each.component):
                account.deliver(each)
        moments.append(
            TimelineMoment(
                at=at,
                releases=[
                    _release(each, bundle, order, opening, account.planned[each.component]) for each in due
                ],
                refund_before=refund_before,
                refund_after=account.refund,
                undoable=list(account.undoable()),
                policy_undoes=account.policy_undoes,
            )
        )
    price = bundle.price.times(order.quantity)
    return Timeline(ordered_at=anchor, quantity=order.quantity, price=price, moments=moments)


class _Account:
    """What was delivered so far, and what becomes of it if all that is left is cancelled."""

    def __init__(self, bundle: Bundle, planned: Sequence[PlannedDelivery]) -> None:
        self._bundle = bundle
        self._total = sum(each.share.amount for each in planned)
        self._worth = 0
        self._delivered: Counter[str] = Counter()
        self.planned = Counter(each.component for each in planned)

    def deliver(self, delivery: PlannedDelivery) -> None:
        """Count one release as delivered."""
        self._delivered[delivery.component] += 1
        self._worth += delivery.share.amount

    @property
    def policy_undoes(self) -> bool:
        """Whether the policy would take back what was delivered."""
        components = self._bundle.components
        done = {each.id: self._delivered[each.id] == self.planned[each.id] for each in components}
        return cancelling_undoes(self._bundle.policy, components, done)

    @property
    def refund(self) -> Money:
        """What is paid back in all. Before a policy is satisfied, nothing irreversible was delivered."""
        kept = 0 if self.policy_undoes else self._worth
        return Money(amount=self._total - kept, currency=self._bundle.price.currency)

    def undoable(self) -> Iterator[Undoable]:
        """What was delivered and can still be taken back, in contract order."""
        for component in self._bundle.components:
            count, reversibility = self._delivered[component.id], component.reversibility
            if count and reversibility is not Reversibility.IRREVERSIBLE:
                yield Undoable(component=component.id, releases=count, reversibility=reversibility)


def _release(
    delivery: PlannedDelivery,
    bundle: Bundle,
    order: OrderDocument,
    opening: Opening,
    of: int,
) -> TimelineRelease:
    component = next(c for c in bundle.components if c.id == delivery.component)
    gate = opening.gates.get(delivery.component)
    out = gate is not None and isinstance(gate.condition, Constant)
    when = component.rule.when
    unclaimed = delivery.recipient is not None and delivery.recipient not in order.recipients
    return TimelineRelease(
        component=delivery.component,
        release=delivery.release,
        of=of,
        title=delivery.title,
        units=delivery.units,
        share=delivery.share,
        reversibility=delivery.reversibility,
        waits_for=_waits_for(gate) if gate else "",
        ruled_out=why_ruled_out(when, order.stated) if out and when is not None else "",
        by=gate.by if gate and not out else None,
        otherwise=gate.otherwise if gate and gate.by and not out else None,
        given_up=opening.gives_up(delivery.component),
        claim=component.claim if unclaimed else None,
    )


def _waits_for(gate: PlannedGate) -> str:
    """What is left to wait for: where the order rules the condition out, only what comes in any case."""
    if not isinstance(gate.condition, Constant):
        return waits_for(gate)
    released = gate.otherwise is Otherwise.RELEASE
    return waits_for(gate.model_copy(update={"condition": None})) if released else ""
