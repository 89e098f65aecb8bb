"""Orders that somebody paused, or whose price was charged back: nothing more of them is bought."""

from datetime import datetime, timedelta

from domain.fulfilment.states import HoldReason
from domain.fulfilment.steps import Step, hold_step
from domain.fulfilment.waits import LONGEST_DISPUTE, SHORTEST_FOR_PEOPLE, held_until
from storage.money.refunds import payment_is_gone
from storage.tables import Delivery, Order


def paused_step(order: Order, delivery: Delivery, now: datetime) -> Step | None:
    """Hold a delivery of a locked order that is paused; None when it is not.

    What a case buys for a closed order is held only where that was charged back. Asked whenever something is
    about to be bought, so that a pause also counts for what was begun before it.
    """
    if order.paused_for is None or (order.closed_at is not None and not payment_is_gone(order)):
        return None
    reason = HoldReason(order.paused_for)
    window = max(timedelta(seconds=order.hold_seconds), SHORTEST_FOR_PEOPLE)
    deadline = delivery.hold_deadline or held_until(now, window, delivery.due_at)
    if reason is HoldReason.PAYMENT:
        deadline = max(deadline, now + LONGEST_DISPUTE)
    return hold_step(reason, order.paused_note or "", now, deadline, delivery.offer)
