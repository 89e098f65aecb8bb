"""Reports about an order, written down once before its run is told."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import HoldReason
from domain.planning.order_events import ABOUT_COMPONENTS, Fact, Reported
from domain.verbs.acts import By, with_words
from storage.base import journal
from storage.money.chargebacks import withhold
from storage.people.order_acts import set_paused
from storage.tables import Delivery, FactRow, Order


class FactRefused(Exception):
    """What was reported cannot be about this order; the text says why."""


async def report(
    session: AsyncSession, order_id: str, fact: Fact, *, actor: str, note: str, now: datetime
) -> bool:
    """Write a report down; False when its event id was known. Raises FactRefused, OrderLost.

    A chargeback pauses what is left of the order, and nothing is owed for it any more, open or closed.
    """
    order = await journal.lock_order(session, order_id)
    await _check(session, order_id, fact)
    values = {"event": fact.event.value, "component": fact.component, "release": fact.release}
    first = await session.scalar(
        insert(FactRow)
        .values(
            order_id=order_id,
            event_id=fact.event_id,
            actor=actor,
            note=note,
            at=fact.at or now,
            said_at=fact.at,
            **values,
        )
        .on_conflict_do_nothing()
        .returning(FactRow.event_id)
    )
    if first is None:
        known = await session.get_one(FactRow, (order_id, fact.event_id))
        other_instant = fact.at is not None and fact.at != known.said_at
        if other_instant or any(getattr(known, name) != values[name] for name in values):
            raise FactRefused(f"event id {fact.event_id} is another report already: {_in_words(known)}")
        return False
    told = {name: value for name, value in values.items() if value}
    by = By(actor, note, fact.event_id)
    said = with_words(f"reported by {actor}", note)
    journal.record(session, order, "order.reported", now, by=by, **told, note=said)
    if fact.event is Reported.CHARGEBACK:
        set_paused(session, order, HoldReason.PAYMENT, with_words("charged back", note), now, by)
        await withhold(session, order, now)
    return True


async def still_counts(session: AsyncSession, order_id: str, fact: Fact) -> bool:
    """Whether a run is to act on a report: not on a chargeback that somebody has resumed the order from."""
    order = await session.get_one(Order, order_id)
    return fact.event is not Reported.CHARGEBACK or order.paused_for == HoldReason.PAYMENT


def _in_words(known: FactRow) -> str:
    number = f"#{known.release}" if known.release else ""
    about = f" of {known.component}{number}" if known.component else ""
    when = f", at {known.said_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if known.said_at else ""
    return f"{known.event}{about}{when}"


async def _check(session: AsyncSession, order_id: str, fact: Fact) -> None:
    if fact.event not in ABOUT_COMPONENTS:
        if fact.component:
            raise FactRefused(f"{fact.event} is about the whole order; name no component")
        return
    rows = await session.execute(
        select(Delivery.component, Delivery.release).where(Delivery.order_id == order_id)
    )
    known = {(component, release) for component, release in rows}
    components = sorted({component for component, _ in known})
    if fact.component not in components:
        raise FactRefused(f"{fact.event} needs a component of the order; there are: {', '.join(components)}")
    if fact.release and (fact.component, fact.release) not in known:
        raise FactRefused(f"{fact.component} has no release {fact.release}")
