"""Order events, written down once before the run is notified."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import FOR_THE_PAYMENT, HoldReason
from domain.notes.general import saying
from domain.notes.people import ChargedBack, EventFrom
from domain.planning.order_events import ABOUT_COMPONENTS, OrderEvent, OrderEventKind
from domain.verbs.human_act import By
from storage.base import journal
from storage.base.requests import OrderErased
from storage.money.chargebacks import withhold
from storage.people.order.pause import set_paused
from storage.tables import Delivery, Order, OrderEventRow


class OrderEventRefused(Exception):
    """The event cannot be about this order; the text says why."""


async def record(
    session: AsyncSession, order_id: str, event: OrderEvent, *, actor: str, note: str, now: datetime
) -> bool:
    """Write an order event down; False when its id was known. Raises OrderEventRefused, OrderMissing.

    Nothing new is taken once the buyer was erased.
    A chargeback pauses what is left of the order, and nothing is owed for it any more, open or closed.
    """
    order = await journal.lock_order(session, order_id, even_erased=True)
    if order.erased_at is not None and await session.get(OrderEventRow, (order_id, event.event_id)) is None:
        raise OrderEventRefused(str(OrderErased(order.channel, order.order_no, order.erased_at)))
    await _check(session, order_id, event)
    values = {"event": event.event.value, "component": event.component, "release": event.release}
    first = await session.scalar(
        insert(OrderEventRow)
        .values(
            order_id=order_id,
            event_id=event.event_id,
            actor=actor,
            note=note,
            at=event.at or now,
            said_at=event.at,
            **values,
        )
        .on_conflict_do_nothing()
        .returning(OrderEventRow.event_id)
    )
    if first is None:
        known = await session.get_one(OrderEventRow, (order_id, event.event_id))
        other_instant = event.at is not None and event.at != known.said_at
        if other_instant or any(getattr(known, name) != values[name] for name in values):
            raise OrderEventRefused(
                f"event id {event.event_id} is another report already: {_in_words(known)}"
            )
        return False
    told = {name: value for name, value in values.items() if value}
    by = By(actor, note, event.event_id)
    said = saying(EventFrom(actor=actor), note)
    journal.record(session, order, "order.event_received", now, by=by, **told, note=said)
    if event.event is OrderEventKind.CHARGEBACK:
        set_paused(session, order, HoldReason.PAYMENT, saying(ChargedBack(), note), now, by)
        await withhold(session, order, now)
    return True


async def still_counts(session: AsyncSession, order_id: str, event: OrderEvent) -> bool:
    """Whether a run is to act on an order event: not on a chargeback that was settled by resuming."""
    order = await session.get_one(Order, order_id)
    return event.event is not OrderEventKind.CHARGEBACK or order.paused_for in FOR_THE_PAYMENT


def _in_words(known: OrderEventRow) -> str:
    number = f"#{known.release}" if known.release else ""
    about = f" of {known.component}{number}" if known.component else ""
    when = f", at {known.said_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if known.said_at else ""
    return f"{known.event}{about}{when}"


async def _check(session: AsyncSession, order_id: str, event: OrderEvent) -> None:
    if event.event not in ABOUT_COMPONENTS:
        if event.component:
            raise OrderEventRefused(f"{event.event} is about the whole order; name no component")
        return
    rows = await session.execute(
        select(Delivery.component, Delivery.release).where(Delivery.order_id == order_id)
    )
    known = {(component, release) for component, release in rows}
    components = sorted({component for component, _ in known})
    if event.component not in components:
        raise OrderEventRefused(
            f"{event.event} needs a component of the order; there are: {', '.join(components)}"
        )
    if event.release and (event.component, event.release) not in known:
        raise OrderEventRefused(f"{event.component} has no release {event.release}")
