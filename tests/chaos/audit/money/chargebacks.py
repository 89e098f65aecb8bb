"""Invariant 15: while the buyer's bank has taken the payment back, nothing is owed to him."""

from collections.abc import Iterable

from domain.fulfilment.states import RefundState
from storage.tables import Event
from tests.chaos.audit.scene import Finding, Scene

OWES = ("refund.decided", "refund.owed_again", "refund.confirmed")
"""Events by which something becomes owed, or is paid."""


def nothing_owed(scene: Scene) -> Finding:
    """15. From a chargeback until the payment is there again nothing is decided, nothing stays to be paid.

    The shop pays what is decided, and only once everything has settled: what it has paid, it was told to.
    """
    wrong, taken, back = [], 0, 0
    decided = RefundState.DECIDED.value
    for order in scene.orders.values():
        number = f"{order.channel}/{order.order_no}"
        gone, times, found = _gone(scene.events.get(order.id, ()))
        taken += times
        back += times > 0 and not gone
        wrong += [f"{number}: {kind} while its payment was gone" for kind in found]
        owed = sum(r.amount for r in scene.refunds if r.order_id == order.id and r.state == decided)
        if gone and owed:
            wrong.append(f"{number}: its payment is gone, and {owed} stays to be paid")
    return Finding({"charged back": taken, "and there again": back}, wrong)


def _gone(events: Iterable[Event]) -> tuple[bool, int, list[str]]:
    """Whether the payment is gone in the end, how often it went, what became owed while it was."""
    gone, times, found = False, 0, []
    for event in events:
        if event.type == "order.event_received" and event.data.get("event") == "chargeback":
            gone, times = True, times + 1
        elif event.type == "order.resumed":
            gone = False
        elif gone and event.type in OWES:
            found.append(event.type)
    return gone, times, found
