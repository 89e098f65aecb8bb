"""What a model order keeps of its deliveries: rows as the book has them, and a log of every request sent."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.fulfilment.cases import CaseKind
from domain.fulfilment.holds import HoldReason
from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import UNRESOLVED_ATTEMPTS, AttemptState, DeliveryState
from domain.fulfilment.states import RefundState as R
from domain.planning.plan import PlannedDelivery


@dataclass
class Attempt:
    """One purchase; its key is (component, number)."""

    number: int
    offer: int
    submitted_at: datetime
    opened_at: datetime
    state: AttemptState = AttemptState.OPEN
    submissions: int = 0
    checks: int = 0
    in_flight: bool = False
    absent: bool = False
    """The supplier said that it has no such order, at a time when that can be believed."""
    reason: HoldReason | None = None
    askable: bool = True
    asked_at: datetime | None = None
    doubted_at: datetime | None = None


@dataclass
class Refund:
    """A claim on the channel."""

    amount: int
    state: R = R.DECIDED
    replaced: bool = False


@dataclass(frozen=True)
class Move:
    """One change of state."""

    old: DeliveryState
    new: DeliveryState
    by_case: bool


@dataclass(frozen=True)
class Sending:
    """One request to buy, and how things stood when it was sent."""

    component: str
    number: int
    offer: int
    early: bool
    again: bool
    harmless: bool
    """For a repeated one: it was believed absent, or the supplier gives the first answer again."""
    earlier: frozenset[AttemptState]
    """What became of the purchases under other keys."""
    had_units: bool
    done: frozenset[str]
    aftercare: bool
    """Sent by a case."""


@dataclass
class Delivery:
    """One delivery's row, with what was ever told about it."""

    plan: PlannedDelivery
    pivot: bool
    step: Snapshot
    seen: DeliveryState = DeliveryState.PLANNED
    """Its state as the order's own run knows it: what a case does to it is not that run's business."""
    passed: bool = False
    hold_deadline: datetime | None = None
    units_delivered: int = 0
    by_hand: bool = False
    case: CaseKind | None = None
    attempts: list[Attempt] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)

    @property
    def unresolved(self) -> Attempt | None:
        """The attempt whose fate is not known."""
        return next((a for a in self.attempts if a.state in UNRESOLVED_ATTEMPTS), None)

    def open_attempt(self, offer: int, now: datetime) -> Attempt:
        """A new purchase, under a new key."""
        self.attempts.append(Attempt(len(self.attempts) + 1, offer, now, now))
        return self.attempts[-1]
