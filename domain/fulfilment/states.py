"""States of deliveries, attempts, orders and refunds, and which moves there are.

An order's state is never set: it is what its deliveries amount to.
"""

from collections.abc import Collection
from enum import StrEnum


class DeliveryState(StrEnum):
    """Where one delivery stands."""

    PLANNED = "planned"
    HELD = "held"
    IN_PROGRESS = "in_progress"
    UNCERTAIN = "uncertain"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REVOKED = "revoked"
    REFUNDED = "refunded"


class AttemptState(StrEnum):
    """Where one purchase at one supplier stands. `open` and `uncertain` are never replaced."""

    OPEN = "open"
    PENDING = "pending"
    UNCERTAIN = "uncertain"
    DELIVERED = "delivered"
    PARTIAL = "partial"
    REJECTED = "rejected"
    REVOKED = "revoked"
    DISPUTED = "disputed"
    """Delivered, but with a credential that somebody else has: never revoked by itself."""
    SURFACED = "surfaced"
    """Refused, and sold after all: paid for beside what the buyer got instead, and nobody's."""
    WRITTEN_OFF = "written_off"
    """Sold, of no use to the buyer, and bought again at our cost."""


class OrderState(StrEnum):
    """Where an order stands (TM Forum TMF622 names)."""

    ACKNOWLEDGED = "acknowledged"
    HELD = "held"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


class RefundState(StrEnum):
    """A refund is a claim until the channel has moved the money."""

    DECIDED = "decided"
    WITHHELD = "withheld"
    """Decided, and not to be paid while the buyer's bank has taken the payment back."""
    CONFIRMED = "confirmed"
    FAILED = "failed"


D = DeliveryState

MOVES: dict[DeliveryState, frozenset[DeliveryState]] = {
    D.PLANNED: frozenset({D.IN_PROGRESS, D.HELD, D.CANCELLED, D.FAILED}),
    D.HELD: frozenset({D.IN_PROGRESS, D.UNCERTAIN, D.DELIVERED, D.FAILED, D.CANCELLED, D.REVOKED}),
    D.IN_PROGRESS: frozenset({D.UNCERTAIN, D.HELD, D.DELIVERED, D.FAILED, D.CANCELLED}),
    D.UNCERTAIN: frozenset({D.IN_PROGRESS, D.HELD, D.DELIVERED, D.FAILED, D.CANCELLED}),
    D.DELIVERED: frozenset({D.REVOKED}),
    D.FAILED: frozenset({D.REFUNDED, D.REVOKED}),
    D.CANCELLED: frozenset(),
    D.REVOKED: frozenset({D.REFUNDED}),
    D.REFUNDED: frozenset(),
}

CASE_MOVES: dict[DeliveryState, frozenset[DeliveryState]] = {
    D.DELIVERED: frozenset({D.HELD, D.IN_PROGRESS}),
    D.REVOKED: frozenset({D.HELD, D.IN_PROGRESS}),
}
"""How a case opens a closed delivery again. Nothing else does."""

LOST = frozenset({D.FAILED, D.CANCELLED, D.REVOKED, D.REFUNDED})
CLOSED = LOST | {D.DELIVERED}
OPEN_ORDERS = frozenset({OrderState.ACKNOWLEDGED, OrderState.HELD, OrderState.IN_PROGRESS})
UNRESOLVED_ATTEMPTS = frozenset({AttemptState.OPEN, AttemptState.PENDING, AttemptState.UNCERTAIN})
ISSUED = frozenset({AttemptState.DELIVERED, AttemptState.PARTIAL})
"""Purchases of which the buyer has something."""
NOBODYS = frozenset({AttemptState.DISPUTED, AttemptState.WRITTEN_OFF})
"""Purchases that were paid for and that a delivery does not stand for: only what they cost is asked."""
GIVEN_UP_ATTEMPTS = frozenset({AttemptState.REJECTED, AttemptState.REVOKED})
"""Purchases that brought nothing, of which a callback may say later that they did."""


def may_move(old: DeliveryState, new: DeliveryState, *, by_case: bool = False) -> bool:
    """Whether a delivery may go from `old` to `new`; staying is always allowed."""
    return old is new or new in MOVES[old] or (by_case and new in CASE_MOVES.get(old, ()))


def unsettled_state(deliveries: Collection[DeliveryState]) -> OrderState:
    """The state of an order that is not settled yet: it may still have to take something back."""
    state = order_state(deliveries)
    return state if state in OPEN_ORDERS else OrderState.IN_PROGRESS


def order_state(deliveries: Collection[DeliveryState]) -> OrderState:
    """The state of an order with these deliveries (at least one)."""
    states = set(deliveries)
    if not states <= CLOSED:
        if D.HELD in states:
            return OrderState.HELD
        return OrderState.ACKNOWLEDGED if states == {D.PLANNED} else OrderState.IN_PROGRESS
    if states == {D.DELIVERED}:
        return OrderState.COMPLETED
    if D.DELIVERED in states:
        return OrderState.PARTIAL
    return OrderState.CANCELLED if states == {D.CANCELLED} else OrderState.FAILED
