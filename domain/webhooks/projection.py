"""Public events from the book's: which there are for an order's events, and what each says.

The same events give the same public events, whenever and however often it is done.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import rfc8785

from domain.webhooks.bodies import EventData
from domain.webhooks.catalogue import NAMED_STATES, OF_DELIVERIES, OF_ORDERS, OF_REFUNDS, REVEALED
from domain.webhooks.standing import BookEvent, OrderFrame, OrderStanding

SHIPPABLE = "order.shippable"


@dataclass(frozen=True)
class Draft:
    """A public event that has no number yet, of the order's event `seq`."""

    seq: int
    type: str
    at: datetime
    data: EventData


def event_id(epoch: int, *what: str | int) -> str:
    """The id of a public event: of what it is about and its name, the same wherever it is made.

    A restored book gives numbers of events again, and so has ids of its own.
    """
    identity = rfc8785.dumps([epoch, *what])
    return "evt_" + base64.b32encode(hashlib.sha256(identity).digest()).decode().lower()[:32]


def drafts(
    standing: OrderStanding, events: Sequence[BookEvent], acceptance: Sequence[BookEvent] = ()
) -> Iterator[Draft]:
    """The public events of an order's next events, which are added to where it stands.

    `acceptance`: where it was accepted by one of them, later events of the same transaction: the plan's rest.
    """
    for index, event in enumerate(events):
        before = standing.delivery(event.delivery_id) if event.delivery_id else None
        standing.take(event)
        if event.type == "order.accepted":
            yield _accepted(standing.frame, [*events[index:], *acceptance])
        elif name := OF_ORDERS.get(event.type):
            yield Draft(event.seq, name, event.at, EventData(order=standing.order))
        elif name := OF_REFUNDS.get(event.type):
            refund = standing.refund(event)
            yield Draft(event.seq, name, event.at, EventData(order=standing.order, refund=refund))
        elif event.type == REVEALED and event.delivery_id:
            seen = standing.delivery(event.delivery_id)
            yield Draft(event.seq, REVEALED, event.at, EventData(order=standing.order, delivery=seen))
        elif event.delivery_id and event.type in OF_DELIVERIES and before is not None:
            now = standing.delivery(event.delivery_id)
            if now is not None and now != before:
                turned = now.state in NAMED_STATES and now.state != before.state
                name = f"delivery.{now.state if turned else 'updated'}"
                yield Draft(event.seq, name, event.at, EventData(order=standing.order, delivery=now))
        if not standing.was_shippable and standing.is_shippable:
            standing.was_shippable = True
            yield Draft(event.seq, SHIPPABLE, event.at, EventData(order=standing.order))


def _accepted(frame: OrderFrame, events: Sequence[BookEvent]) -> Draft:
    """An order with its whole plan, which was written in the same transaction."""
    first = events[0]
    whole = OrderStanding(frame)
    for event in events:
        if event.xid != first.xid:
            break
        whole.take(event)
    planned = [found for each in frame.deliveries if (found := whole.delivery(each))]
    return Draft(first.seq, first.type, first.at, EventData(order=whole.order, deliveries=planned))
