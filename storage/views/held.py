"""What waits for somebody, why and until when: held deliveries, open cases, payments that are gone."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, exists, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import BY_A_PERSON, FOR_THE_PAYMENT
from domain.fulfilment.states import DeliveryState
from domain.fulfilment.waits import LONGEST_DISPUTE
from domain.notes.aftercare import why_opened
from storage.standing.pauses import held_with_its_order
from storage.supply.health import paused_since
from storage.tables import Attempt, CaseRow, Delivery, Order
from storage.views.deliveries import DeliveryView, delivery_view
from storage.views.order_lines import OrderLine, Waiting


def waits() -> ColumnElement[bool]:
    """Orders of which something waits; a lost payment of a closed one, as long as that may be disputed."""
    held = select(Delivery.order_id).where(Delivery.state == DeliveryState.HELD.value)
    in_a_case = select(CaseRow.order_id).where(CaseRow.closed_at.is_(None))
    gone = select(Order.id).where(
        Order.paused_for.in_(FOR_THE_PAYMENT),
        or_(Order.closed_at.is_(None), Order.paused_at > datetime.now(UTC) - LONGEST_DISPUTE),
    )
    return Order.id.in_(union(held, in_a_case, gone))


def waits_of(order: Order, deliveries: Iterable[Delivery], cases: Iterable[CaseRow]) -> list[Waiting]:
    """What waits of an order with these deliveries and cases."""
    about = {case.delivery_id: case for case in cases if case.closed_at is None}
    rows = [_waiting(order, row, about.get(row.id)) for row in deliveries]
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


async def waiting_deliveries(session: AsyncSession, lines: Iterable[OrderLine]) -> dict[str, DeliveryView]:
    """The deliveries that wait in these lines, by their ids."""
    ids = [each.delivery_id for line in lines for each in line.waits if each.delivery_id]
    found = await session.execute(
        select(Order, Delivery).join(Order, Order.id == Delivery.order_id).where(Delivery.id.in_(ids))
    )
    attempts = list(await session.scalars(select(Attempt).where(Attempt.delivery_id.in_(ids))))
    paused = await paused_since(session, {attempt.connection for attempt in attempts})
    return {
        row.id: delivery_view(order, row, [], attempts, paused, (), pivot_waits=False) for order, row in found
    }


def _payment(order: Order) -> list[Waiting]:
    if order.paused_for not in FOR_THE_PAYMENT or order.paused_at is None:
        return []
    ends = order.paused_at + LONGEST_DISPUTE
    note = order.paused_note
    return [
        Waiting(
            delivery_id=None,
            about="",
            reason=order.paused_for,
            since=order.paused_at,
            deadline=ends,
            note=note,
        )
    ]


def _waiting(order: Order, delivery: Delivery, case: CaseRow | None) -> Waiting | None:
    name = f"{delivery.component}#{delivery.number}"
    about = name if case is None else f"{name}, case {case.number}"
    if delivery.state == DeliveryState.HELD:
        pause = held_with_its_order(order, delivery)
        return Waiting(
            delivery_id=delivery.id,
            about=about,
            reason=delivery.hold_reason or "",
            since=delivery.held_since,
            deadline=pause.until if pause else _ends(delivery),
            note=delivery.note,
            pause=pause,
        )
    if case is None:
        return None
    return Waiting(
        delivery_id=delivery.id,
        about=about,
        reason=case.kind,
        since=case.opened_at,
        deadline=case.deadline,
        note=why_opened(case.kind, case.reason),
    )


def _ends(delivery: Delivery) -> datetime | None:
    """When a hold ends by itself: where somebody said when, then and not at its deadline."""
    return delivery.next_action_at if delivery.hold_reason in BY_A_PERSON else delivery.hold_deadline
