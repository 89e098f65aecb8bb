"""What may keep a purchase from being sent: an ordered list of named guards, asked in the moment before.

A run decides to buy, and until its worker comes to it somebody may cancel, pause or move the order. They
are asked under the order's lock, in this order, and the first that speaks against the purchase is followed.
"""

from domain.requests import Reply
from storage.purchasing.guards.account_missing import account_missing
from storage.purchasing.guards.cancelled import cancelled
from storage.purchasing.guards.intent import Guard, Intent
from storage.purchasing.guards.moved import moved
from storage.purchasing.guards.paused import paused
from storage.purchasing.guards.supplier_left_alone import supplier_left_alone

GUARDS: tuple[Guard, ...] = (
    cancelled,
    paused,
    moved,
    account_missing,
    supplier_left_alone,
)


async def in_the_way(intent: Intent) -> Reply | None:
    """What to reply instead of sending; None when no guard speaks against it."""
    for guard in GUARDS:
        if reply := await guard(intent):
            return reply
    return None
