"""Guard: nobody has given the account that the delivery goes to."""

from domain.requests import Reply
from storage.purchasing.guards.intent import Intent
from storage.standing.accounts import is_unbound, unbound_step


async def account_missing(intent: Intent) -> Reply | None:
    """Hold a delivery until its account is bound."""
    if intent.attempt is not None or not await is_unbound(intent.session, intent.delivery):
        return None
    step = unbound_step(intent.order, intent.delivery, intent.now)
    return await intent.follow("delivery.held", step)
