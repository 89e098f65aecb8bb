"""What is to be made public of each order now: its next events, wherever they are read from.

Mostly they are what was just taken from the feed. An order that was set aside, or whose events were taken
before the book was restored, is behind or ahead of it: then they come from the book.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from domain.webhooks.standing import BookEvent
from storage.feed.reading import FeedEvent, events_of
from storage.public.orders import Known, add_deliveries, known_orders

ACCEPTED = "order.accepted"


@dataclass
class Turn:
    """One order's turn."""

    known: Known
    events: Sequence[FeedEvent]
    """The next ones."""
    past: Sequence[FeedEvent] = field(default=())
    """Those before, where they are to be folded again."""
    acceptance: Sequence[FeedEvent] = field(default=())
    """What follows `events`, where they end within the transaction in which the order was accepted."""


async def turns(
    session: AsyncSession, taken: Sequence[FeedEvent], until: int, besides: Collection[str]
) -> dict[str, Turn]:
    """The turns of orders of which events were taken, and of orders besides; by id.

    `until`: the position up to which events may be public.
    """
    batch: dict[str, list[FeedEvent]] = {}
    for event in taken:
        batch.setdefault(event.order_id, []).append(event)
    known = await known_orders(session, {*batch, *besides})
    found = {
        order_id: Turn(known[order_id], events)
        for order_id, events in batch.items()
        if not known[order_id].is_stale and events[0].seq == known[order_id].seq + 1
    }
    await _catch_up(session, found, known, until)
    await _whole_plans(session, found)
    of_them = [event for turn in found.values() for event in (*turn.past, *turn.events, *turn.acceptance)]
    await add_deliveries(session, known, {event.delivery_id for event in of_them if event.delivery_id})
    return found


async def _catch_up(
    session: AsyncSession, found: dict[str, Turn], known: Mapping[str, Known], until: int
) -> None:
    """Add the turns of those that are not just where the feed is."""
    behind = known.keys() - found.keys()
    if not behind:
        return
    for order_id, events in (await events_of(session, behind)).items():
        each = known[order_id]
        past = [event for event in events if event.seq <= each.seq] if each.is_stale else []
        next_ones = [event for event in events if event.seq > each.seq and event.position <= until]
        found[order_id] = Turn(each, next_ones, past)


async def _whole_plans(session: AsyncSession, found: Mapping[str, Turn]) -> None:
    """Read the rest of an acceptance, of which a batch has only the beginning."""
    cut = {
        order_id: turn
        for order_id, turn in found.items()
        if any(event.type == ACCEPTED and event.xid == turn.events[-1].xid for event in turn.events)
    }
    if not cut:
        return
    for order_id, events in (await events_of(session, cut.keys())).items():
        last = cut[order_id].events[-1]
        rest = [event for event in events if event.seq > last.seq and event.xid == last.xid]
        cut[order_id].acceptance = rest


def of_the_book(event: FeedEvent) -> BookEvent:
    """An event as the rules of public events read it."""
    return BookEvent(event.seq, event.at, event.type, event.delivery_id, event.data, event.xid)
