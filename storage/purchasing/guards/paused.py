"""Guard: somebody paused the order, or its price was charged back."""

from datetime import timedelta

from domain.fulfilment.holds import HoldReason, deadline_of
from domain.fulfilment.steps import hold_step
from domain.requests import Reply
from storage.money.refunds import payment_is_gone
from storage.purchasing.guards.intent import Intent
from storage.standing.pauses import pause_of


async def paused(intent: Intent) -> Reply | None:
    """Hold a delivery of a paused order; what may have been bought already is found out all the same.

    The time of a hold counts from the end of a pause whose end is known.
    What a case buys for a closed order is held only where that was charged back. Asked whenever something is
    about to be bought, so that a pause also counts for what was begun before it.
    """
    order, delivery, now = intent.order, intent.delivery, intent.now
    if intent.attempt is not None or order.paused_for is None:
        return None
    if order.closed_at is not None and not payment_is_gone(order):
        return None
    reason = HoldReason(order.paused_for)
    window = timedelta(seconds=order.hold_seconds)
    if pause := pause_of(order):
        deadline = deadline_of(reason, window, max(now, pause.until or now), delivery.due_at, None)
    else:
        deadline = deadline_of(reason, window, now, delivery.due_at, delivery.hold_deadline)
    step = hold_step(reason, order.paused_note, now, deadline, delivery.offer)
    return await intent.follow("delivery.held", step)
