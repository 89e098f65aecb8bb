"""Where deliveries stand for their order. What a case did to one is the case's business, not the order's."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import Bundle
from domain.fulfilment.cases import CaseKind
from domain.fulfilment.states import DeliveryState
from domain.planning.gates import PlannedGate
from domain.planning.standing import OrderStanding, Terms
from storage.contracts.bundles import published_bundle
from storage.tables import CaseRow, Delivery, Event, GateRow, Order


async def taken_up(session: AsyncSession, order_id: str) -> frozenset[str]:
    """The deliveries that a case was opened about, and that had been delivered before it."""
    about = select(CaseRow.delivery_id).where(
        CaseRow.order_id == order_id, CaseRow.kind != CaseKind.REFUND_FAILED.value
    )
    return frozenset(await session.scalars(about))


async def open_cases_of(session: AsyncSession, order_id: str) -> dict[str, CaseRow]:
    """The cases that are doing something to deliveries of an order now, by the delivery's id."""
    about = select(CaseRow).where(
        CaseRow.order_id == order_id,
        CaseRow.kind != CaseKind.REFUND_FAILED.value,
        CaseRow.closed_at.is_(None),
    )
    return {row.delivery_id: row for row in await session.scalars(about)}


async def bought_anew(session: AsyncSession, case: CaseRow) -> bool:
    """Whether a case has let its delivery be bought again already."""
    of_the_order = Event.order_id == case.order_id
    about = Event.data["case"].as_integer() == case.number
    opened = select(Event.seq).where(of_the_order, Event.type == "case.opened", about).scalar_subquery()
    again = select(Event.seq).where(
        of_the_order,
        Event.delivery_id == case.delivery_id,
        Event.type == "delivery.reopened",
        Event.seq > opened,
    )
    return await session.scalar(again.limit(1)) is not None


async def closed_gate_of(session: AsyncSession, delivery: Delivery) -> PlannedGate | None:
    """The gate that a delivery still waits for, if there is one."""
    row = await session.get(GateRow, (delivery.order_id, delivery.component))
    return PlannedGate.model_validate(row.gate) if row is not None and row.verdict is None else None


def first_instant(delivery: Delivery, gate: PlannedGate | None) -> datetime | None:
    """Before when a delivery is surely not made; `gate` is the one that it waits for while that is closed."""
    if gate is None:
        return delivery.due_at
    return max(each for each in (delivery.due_at, gate.not_before, gate.by) if each is not None)


async def standing_of(session: AsyncSession, order: Order) -> OrderStanding:
    """Where an order stands. One that a case took up stays delivered for it."""
    bundle = await _bundle_of(session, order)
    cases = await taken_up(session, order.id)
    facts = (Delivery.id, Delivery.component, Delivery.release, Delivery.item, Delivery.state)
    marks = (Delivery.waived, Delivery.pivot, Delivery.tries)
    standing = OrderStanding(Terms.of(bundle))
    for row in await session.execute(select(*facts, *marks).where(Delivery.order_id == order.id)):
        state = DeliveryState.DELIVERED if row.id in cases else DeliveryState(row.state)
        ahead = row.pivot and not row.tries
        standing.put((row.component, row.release, row.item), state, waived=row.waived, pivot_ahead=ahead)
    return standing


async def pivot_waits(session: AsyncSession, order: Order, delivery: Delivery) -> bool:
    """Whether a delivery is irreversible, not begun, and not the only one that could still undo the order."""
    if not delivery.pivot or delivery.tries:
        return False
    return (await standing_of(session, order)).pivot_waits(delivery.place)


async def _bundle_of(session: AsyncSession, order: Order) -> Bundle:
    bundle = await published_bundle(session, order.bundle_id, order.bundle_version)
    if bundle is None:
        raise LookupError(f"bundle {order.bundle_id} version {order.bundle_version} left the book")
    return bundle
