"""What waits for somebody, why and until when: held deliveries, open cases, payments that are gone."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import FOR_THE_PAYMENT
from domain.fulfilment.states import DeliveryState
from domain.fulfilment.waits import LONGEST_DISPUTE
from storage.tables import CaseRow, Delivery, Order
from storage.views.order_lines import Waiting


def waits() -> ColumnElement[bool]:
    """Orders of which something waits; a lost payment of a closed one, as long as that may be disputed."""
    gone = and_(
        Order.paused_for.in_(FOR_THE_PAYMENT),
        or_(Order.closed_at.is_(None), Order.paused_at > datetime.now(UTC) - LONGEST_DISPUTE),
    )
    return or_(
        exists().where(and_(Delivery.order_id == Order.id, Delivery.state == DeliveryState.HELD.value)),
        exists().where(and_(CaseRow.order_id == Order.id, CaseRow.closed_at.is_(None))),
        gone,
    )


def waits_of(order: Order, deliveries: Iterable[Delivery], cases: Iterable[CaseRow]) -> list[Waiting]:
    """What waits of an order with these deliveries and cases."""
    about = {case.delivery_id: case for case in cases if case.closed_at is None}
    rows = [_waiting(row, about.get(row.id)) for row in deliveries]
    return [*_payment(order), *(row for row in rows if row is not None)]


async def waiting_of(session: AsyncSession, orders: Sequence[Order]) -> dict[str, list[Waiting]]:
    """What waits of each of these orders, by its id."""
    ids = [order.id for order in orders]
    in_a_case = exists().where(CaseRow.delivery_id == Delivery.id, CaseRow.closed_at.is_(None))
    rows = list(
        await session.scalars(
            select(Delivery)
            .where(Delivery.order_id.in_(ids), or_(Delivery.state == DeliveryState.HELD.value, in_a_case))
            .order_by(Delivery.position)
        )
    )
    open_ones = select(CaseRow).where(CaseRow.order_id.in_(ids), CaseRow.closed_at.is_(None))
    cases = list(await session.scalars(open_ones))
    return {
        order.id: waits_of(order, [row for row in rows if row.order_id == order.id], cases)
        for order in orders
    }


def _payment(order: Order) -> list[Waiting]:
    if order.paused_for not in FOR_THE_PAYMENT or order.paused_at is None:
        return []
    ends = order.paused_at + LONGEST_DISPUTE
    note = order.paused_note or ""
    return [Waiting(about="", reason=order.paused_for, since=order.paused_at, deadline=ends, note=note)]


def _waiting(delivery: Delivery, case: CaseRow | None) -> Waiting | None:
    name = f"{delivery.component}#{delivery.release}"
    about = name if case is None else f"{name}, case {case.number}"
    if delivery.state == DeliveryState.HELD:
        return Waiting(
            about=about,
            reason=delivery.hold_reason or "",
            since=delivery.held_since,
            deadline=delivery.hold_deadline,
            note=delivery.note,
        )
    if case is None:
        return None
    return Waiting(
        about=about, reason=case.kind, since=case.opened_at, deadline=case.deadline, note=case.reason
    )
