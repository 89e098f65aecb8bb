"""Guard: the order was cancelled, and no case is about what is to be bought."""

from domain.requests import Reply
from storage.base import journal
from storage.purchasing.guards.intent import Intent
from storage.standing.deliveries import taken_up


async def cancelled(intent: Intent) -> Reply | None:
    """Tell the run that its order is cancelled; what became of the delivery is decided there."""
    order, delivery = intent.order, intent.delivery
    if order.cancelled_at is None or delivery.id in await taken_up(intent.session, order.id):
        return None
    intent.never_left("cancelled")
    return Reply(delivery=journal.snapshot_of(delivery), cancelled=True)
