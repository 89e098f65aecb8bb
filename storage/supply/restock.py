"""Who waits for what a connection sells, the oldest order first: they are woken, and nobody later overtakes.

What somebody ahead can be given is kept for him; one who waits for more than there is keeps nobody waiting.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, Select, and_, cast, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.cases import CaseKind
from domain.fulfilment.holds import RETRIED, HoldReason, Sign, woken_by
from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import NextAction
from domain.keys import case_workflow_id, order_workflow_id
from domain.notes.note import Note
from domain.notes.progress import ProductIsBack, again
from storage.base import journal
from storage.base.database import Database
from storage.supply.free_keys import ISSUED, RESERVED
from storage.supply.health import paused_since
from storage.tables import Attempt, CaseRow, Delivery, Order, PoolKey

_Line = Select[str, str, int, str, str, int, datetime | None]

AT_ONCE = 10
"""So many are woken in the same second, so that a supplier which is back is not stormed."""


@dataclass(frozen=True)
class InLine:
    """A delivery that waits, and the run that works on it."""

    order_id: str
    delivery_id: str
    units: int
    run: str
    planned: datetime | None
    """When it is tried again by itself, or given up."""

    def has_its_turn(self, at: datetime) -> bool:
        """Whether it goes on by then without being woken."""
        return self.planned is not None and self.planned <= at


async def ahead(
    session: AsyncSession, connection: str, product: str, purchase_key: str
) -> Sequence[InLine] | None:
    """Who waits for a product longer than the delivery that this purchase is made for.

    None where it is made for none of ours.
    """
    ours = await session.execute(
        select(Order.accepted_at, Order.id, Delivery.position)
        .join(Delivery, Delivery.order_id == Order.id)
        .join(Attempt, Attempt.delivery_id == Delivery.id)
        .where(Attempt.key == purchase_key)
    )
    row = ours.first()
    if row is None:
        return None
    earlier = tuple_(Order.accepted_at, Order.id, Delivery.position) < tuple_(*row)
    return await waiting(session, connection, product, earlier)


async def waiting(
    session: AsyncSession, connection: str, product: str, *which: ColumnElement[bool]
) -> Sequence[InLine]:
    """Who waits for a product of our own stock. Whoever is being tried again at this moment still waits."""
    keys = (PoolKey.connection == connection, PoolKey.product == product)
    issued = exists().where(
        *keys,
        PoolKey.state == ISSUED,
        PoolKey.purchase_key == Attempt.key,
        Attempt.delivery_id == Delivery.id,
    )
    reserved = exists().where(*keys, PoolKey.state == RESERVED, PoolKey.reserved_for == Delivery.id)
    tried = Delivery.offers[cast(Delivery.offer, Integer)]
    trying = and_(
        Delivery.state.in_([DeliveryState.IN_PROGRESS.value, DeliveryState.UNCERTAIN.value]),
        Delivery.held_since.is_not(None),
        tried["connection"].astext == connection,
        tried["product"].astext == product,
        ~issued,
        ~reserved,
    )
    held = and_(_held(woken_by(Sign.STOCK)), _sells(connection, product))
    # What was never held is nearly all there is: the index leaves it out.
    waited = Delivery.held_since.is_not(None)
    return await _read(session, _line().where(waited, or_(held, trying), *which))


def kept_for(line: Iterable[InLine], available: int) -> int:
    """How many of the available keys those in line are given first."""
    return sum(each.units for each in servable(line, available))


def servable(line: Iterable[InLine], available: int) -> list[InLine]:
    """Who of those in line can be given all they wait for, the first one first."""
    served = []
    for each in line:
        if each.units <= available:
            available -= each.units
            served.append(each)
    return served


async def wake_for_product(
    database: Database, connection: str, product: str, available: int | None, now: datetime
) -> list[InLine]:
    """Let go on who waits for a product that can be had now, or for our balance there; returns them.

    `available`: as far as so many reach; None where the supplier does not say how many there are. Whose turn
    has come already is returned as well, since its run may not have been notified.
    """
    async with database.transaction() as session:
        held = _held(woken_by(Sign.STOCK, Sign.SALE)), _sells(connection, product)
        line = await _read(session, _line().where(*held))
    if available is not None:
        line = servable(line, available)
    woken = frozenset(await _wake(database, line, ProductIsBack(supplier=connection, product=product), now))
    return [each for each in line if each in woken or each.has_its_turn(now)]


async def wake_for_supplier(
    database: Database,
    connection: str,
    why: Note,
    now: datetime,
    reasons: Iterable[HoldReason] = RETRIED,
) -> list[InLine]:
    """Let all go on who wait for a supplier, or for its stock or our balance there; returns them."""
    async with database.transaction() as session:
        line = await _read(session, _line().where(_held(reasons), _sells(connection)))
    return await _wake(database, line, why, now)


async def waited_for(session: AsyncSession, connections: Iterable[str]) -> list[tuple[str, str]]:
    """The products of our own stock that somebody waits for, by connection and product.

    Not while that is paused: whoever was woken would only be refused by it, once a minute.
    """
    held = select(Delivery.offers).where(_held(woken_by(Sign.STOCK)))
    ours = frozenset(connections)
    ours -= (await paused_since(session, ours)).keys()
    offers = [offer for row in await session.scalars(held) for offer in row]
    return sorted({(o["connection"], o["product"]) for o in offers if o["connection"] in ours})


async def _wake(database: Database, line: Sequence[InLine], why: Note, now: datetime) -> list[InLine]:
    """Written down one order after the other; the notified run reads it there.

    One whose turn comes by then anyway is left as it is: of many that were woken together, each that is
    served would wake all the others again.
    """
    woken = []
    for number, each in enumerate(line):
        at = now + timedelta(seconds=number // AT_ONCE)
        if each.has_its_turn(at):
            continue
        async with database.transaction() as session:
            order = await journal.lock_order(session, each.order_id)
            delivery = await session.get_one(Delivery, each.delivery_id)
            held = delivery.state == DeliveryState.HELD and delivery.next_action == NextAction.HOLD
            if not held or delivery.hold_reason not in RETRIED or delivery.hold_deadline is None:
                continue
            if delivery.hold_deadline > at:
                note = again(delivery.note, why)
                journal.change(session, order, delivery, "delivery.woken", now, next_action_at=at, note=note)
                woken.append(each)
    return woken


def _line() -> _Line:
    """Deliveries that nothing but what they wait for keeps from going on, the oldest order first."""
    case = and_(
        CaseRow.delivery_id == Delivery.id,
        CaseRow.closed_at.is_(None),
        CaseRow.kind != CaseKind.REFUND_FAILED.value,
    )
    return (
        select(
            Order.id,
            Delivery.id,
            Delivery.units,
            Order.channel,
            Order.order_no,
            CaseRow.number,
            Delivery.next_action_at,
        )
        .join(Delivery, Delivery.order_id == Order.id)
        .outerjoin(CaseRow, case)
        .where(
            Order.paused_for.is_(None),
            or_(Order.cancelled_at.is_(None), CaseRow.number.is_not(None)),
            Delivery.units_delivered == 0,
        )
        .order_by(Order.accepted_at, Order.id, Delivery.position)
    )


def _held(reasons: Iterable[HoldReason]) -> ColumnElement[bool]:
    return and_(
        Delivery.state == DeliveryState.HELD.value,
        Delivery.hold_reason.in_([reason.value for reason in reasons]),
        Delivery.next_action == NextAction.HOLD.value,
        Delivery.hold_deadline > func.now(),
    )


def _sells(connection: str, product: str = "") -> ColumnElement[bool]:
    offer = {"connection": connection, "product": product} if product else {"connection": connection}
    return Delivery.offers.contains([offer])


async def _read(session: AsyncSession, query: _Line) -> Sequence[InLine]:
    return [
        InLine(
            order_id=order_id,
            delivery_id=delivery_id,
            units=units,
            run=case_workflow_id(channel, order_no, case) if case else order_workflow_id(channel, order_no),
            planned=planned,
        )
        for order_id, delivery_id, units, channel, order_no, case, planned in await session.execute(query)
    ]
