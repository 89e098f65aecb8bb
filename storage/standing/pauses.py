"""Whether a person paused an order, and until when."""

from domain.fulfilment.holds import BY_A_PERSON
from domain.fulfilment.pauses import Pause
from storage.tables import Delivery, Order


def pause_of(order: Order) -> Pause | None:
    """The pause that a person asked for; None where there is none, or nothing is left to be released."""
    if order.paused_at is None or order.paused_for not in BY_A_PERSON or order.closed_at is not None:
        return None
    return Pause(since=order.paused_at, until=order.paused_until, shift=order.pause_shifts)


def held_with_its_order(order: Order, delivery: Delivery) -> Pause | None:
    """The pause whose end a held delivery waits for, so that it is not given up meanwhile."""
    return pause_of(order) if delivery.hold_reason in BY_A_PERSON else None
