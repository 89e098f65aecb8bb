"""Guard: the delivery's instant was moved after its run had decided to buy."""

from domain.requests import Reply
from storage.base import journal
from storage.purchasing.guards.intent import Intent


async def moved(intent: Intent) -> Reply | None:
    """Let the run wait for the instant that it has not heard of, as after a pause that moved what was due."""
    delivery = intent.delivery
    if intent.known is None or delivery.revision <= intent.known:
        return None
    if delivery.next_action_at is None or delivery.next_action_at <= intent.now:
        return None
    return Reply(delivery=journal.snapshot_of(delivery))
