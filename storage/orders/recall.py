"""What an order's run starts from, new or adopted: the order as the book stands, in pieces."""

from collections.abc import Collection, Sequence
from itertools import accumulate

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import Bundle
from domain.messages import Acceptance, DeliveryBrief, Page, PageRef, PlaceResult
from domain.planning.gates import PlannedGate
from domain.planning.order_events import OrderEvent
from domain.planning.standing import Terms
from storage.base import journal
from storage.contracts.bundles import published_bundle
from storage.deliveries.gates import closed_gates, order_events_about
from storage.orders.receipts import receipt_of
from storage.standing.deliveries import taken_up
from storage.standing.pauses import pause_of
from storage.tables import Delivery, Event, Order

A_PAGE = 100
LARGEST_PAGE = 80_000
"""Bytes of the deliveries in a page, which Temporal takes as one payload; long titles make fewer fit."""
LONGEST_NOTE = 300
"""Characters of a text in a note of what a run knows; the book has all of it.

So 2000 deliveries do not fill a new run's history at once.
"""


async def recall(session: AsyncSession, order_id: str) -> Acceptance:
    """An accepted order as the book stands now. Raises OrderMissing."""
    return await acceptance_of(session, await journal.lock_order(session, order_id))


async def acceptance_of(session: AsyncSession, order: Order) -> Acceptance:
    """What the run of an accepted order starts from, as the book stands now.

    It is read under the order's lock: a gate that was decided between its deliveries and its gates would be
    neither, and the run would wait for it for ever.
    """
    order = await journal.lock_order(session, order.id)
    bundle = await published_bundle(session, order.bundle_id, order.bundle_version)
    if bundle is None:
        raise LookupError(f"bundle {order.bundle_id} version {order.bundle_version} left the book")
    first = await page(session, PageRef(order_id=order.id, after=-1))
    gates = await closed_gates(session, order.id)
    events = await order_events_about(session, order.id, gates)
    return _acceptance(order, bundle, first, gates, events)


def acceptance_of_new(
    order: Order, bundle: Bundle, rows: Sequence[Delivery], gates: Sequence[PlannedGate]
) -> Acceptance:
    """The same for an order that this transaction wrote: nothing of it is to be read."""
    return _acceptance(order, bundle, _page(order, rows[: A_PAGE + 1], frozenset()), list(gates), [])


def _acceptance(
    order: Order, bundle: Bundle, first: Page, gates: list[PlannedGate], events: list[OrderEvent]
) -> Acceptance:
    terms = Terms.of(bundle)
    return Acceptance(
        result=PlaceResult(receipt=receipt_of(order, [])),
        required=sorted(terms.required),
        needed=terms.needed,
        deliveries=first.deliveries,
        more_after=first.more_after,
        last_event=first.last_event,
        gates=gates,
        events=events,
        settled=order.closed_at is not None,
        cancelled=order.cancelled_at is not None,
        pause=pause_of(order),
    )


async def page(session: AsyncSession, ref: PageRef) -> Page:
    """The next deliveries of an order, in plan order, as they stand together. Raises OrderMissing."""
    order = await journal.lock_order(session, ref.order_id)
    wanted = select(Delivery).where(Delivery.order_id == ref.order_id, Delivery.position > ref.after)
    if ref.only:
        wanted = wanted.where(Delivery.id.in_(ref.only))
    if ref.since:
        changed = select(Event.delivery_id).where(Event.order_id == ref.order_id, Event.seq > ref.since)
        wanted = wanted.where(Delivery.id.in_(changed))
    rows = list(await session.scalars(wanted.order_by(Delivery.position).limit(A_PAGE + 1)))
    return _page(order, rows, await taken_up(session, ref.order_id))


def _page(order: Order, rows: Sequence[Delivery], cases: Collection[str]) -> Page:
    """What of these deliveries fits into a page; there is one more of them where others follow."""
    briefs = [brief_of(row, taken_up=row.id in cases) for row in rows[:A_PAGE]]
    sizes = accumulate(len(brief.model_dump_json().encode()) for brief in briefs)
    fit = max(1, sum(size <= LARGEST_PAGE for size in sizes))
    more_after = rows[fit - 1].position if len(rows) > fit else None
    return Page(
        deliveries=briefs[:fit],
        more_after=more_after,
        cancelled=order.cancelled_at is not None,
        pause=pause_of(order),
        last_event=order.last_event,
    )


def brief_of(row: Delivery, *, taken_up: bool = False) -> DeliveryBrief:
    """What a run needs to drive this delivery, from where the book stands."""
    step = journal.snapshot_of(row)
    return DeliveryBrief(
        id=row.id,
        component=row.component,
        release=row.release,
        item=row.item,
        items=row.items,
        title=row.title,
        units=row.units,
        pivot=row.pivot,
        connections=[offer["connection"] for offer in row.offers],
        step=step.model_copy(update={"note": step.note and step.note.cut(LONGEST_NOTE)}),
        delivered_at=row.delivered_at,
        taken_up=taken_up,
    )
