"""Invariant 2, for holds: what waits for its supplier ends at its deadline, however often it is tried."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from domain.fulfilment.holds import RETRIED
from domain.fulfilment.states import CLOSED
from domain.fulfilment.steps import NextAction
from storage.tables import Delivery, Event, Order
from tests.chaos.audit.scene import Scene

A_MOMENT = timedelta(seconds=1)
AFRESH = ("delivery.bound", "delivery.readdressed")
"""Besides what a person does to a delivery itself: events after which a hold begins anew."""


def put_off(scene: Scene) -> list[str]:
    """Deliveries that were held longer for a cause that may pass than their bundle says."""
    return [
        f"{scene.name(row.id)} was held for {reason}, {late.total_seconds():.0f} s longer than it may be"
        for row in scene.deliveries.values()
        for reason, late in _put_off(scene.orders[row.order_id], row, scene.events.get(row.order_id, ()))
    ]


def tried_again(scene: Scene) -> int:
    """How often a held delivery was tried again by itself."""
    return sum(e.type == "delivery.resumed" for events in scene.events.values() for e in events)


def _put_off(order: Order, row: Delivery, events: Iterable[Event]) -> list[tuple[str, timedelta]]:
    window, found = timedelta(seconds=order.hold_seconds), []
    resumed: set[datetime] = set()
    since: datetime | None = None
    last = datetime.min.replace(tzinfo=UTC)
    in_doubt = False
    stands: dict[str, object] = {}
    for event in events:
        last = max(last, event.at)  # an event's moment is taken before its turn at the order's row
        if event.type == "order.resumed":
            resumed.add(event.at)
        if event.delivery_id != row.id:
            continue
        stands.update(event.data)
        if _by_a_person(event, resumed) or stands.get("state") in CLOSED:
            since, in_doubt, stands = None, False, dict(event.data)
        if stands.get("state") != "held" or stands.get("hold_reason") is None:
            continue
        since = since or last
        in_doubt |= stands["hold_reason"] not in RETRIED or stands.get("next_action") != NextAction.HOLD
        deadline = datetime.fromisoformat(str(stands["hold_deadline"]))
        if not in_doubt and deadline > since + window + A_MOMENT:
            found.append((str(stands["hold_reason"]), deadline - since - window))
    return found[:1]


def _by_a_person(event: Event, resumed: set[datetime]) -> bool:
    with_its_order = event.type == "delivery.resumed" and event.at in resumed
    return event.type.startswith(("human.", "case.")) or event.type in AFRESH or with_its_order
