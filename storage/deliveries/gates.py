"""Gates in the book: what components wait for beyond their instants, and what has happened to an order."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import Bundle
from domain.fulfilment.holds import FROM_THE_INSTANT
from domain.fulfilment.steps import NextAction
from domain.fulfilment.waits import for_people, held_until
from domain.messages import Gated, GatedRelease
from domain.notes.progress import ConditionFailed
from domain.planning.gates import PlannedGate, judge, scheduled
from domain.planning.order_events import OrderEvent, asked_about, happened
from domain.planning.verdict import Verdict
from storage.base import journal
from storage.contracts.bundles import published_bundle
from storage.deliveries.settlement import give_up
from storage.standing.deliveries import standing_of
from storage.standing.pauses import pause_of
from storage.tables import Delivery, GateRow, Order, OrderEventRow


async def closed_gates(session: AsyncSession, order_id: str) -> list[PlannedGate]:
    """The gates of an order that are not decided yet."""
    rows = await session.scalars(
        select(GateRow)
        .where(GateRow.order_id == order_id, GateRow.verdict.is_(None))
        .order_by(GateRow.component)
    )
    return [PlannedGate.model_validate(row.gate) for row in rows]


async def order_events_about(
    session: AsyncSession, order_id: str, gates: Collection[PlannedGate]
) -> list[OrderEvent]:
    """The order events that these gates ask about."""
    wanted = asked_about(gates)
    if not wanted:
        return []
    rows = await session.scalars(
        select(OrderEventRow).where(OrderEventRow.order_id == order_id).order_by(OrderEventRow.event_id)
    )
    return [
        OrderEvent.model_validate(row, from_attributes=True)
        for row in rows
        if (row.event, row.component) in wanted
    ]


async def look_at_gate(session: AsyncSession, order_id: str, component: str, now: datetime) -> Gated:
    """Decide a component's gate, if that can be done by now, and let its releases go where that leads.

    Deciding twice changes nothing, and returns what was decided first.
    """
    order = await journal.lock_order(session, order_id)
    row = await session.get_one(GateRow, (order_id, component))
    deliveries = list(
        await session.scalars(
            select(Delivery)
            .where(Delivery.order_id == order_id, Delivery.component == component)
            .order_by(Delivery.position)
        )
    )
    if row.verdict is None:
        gate = PlannedGate.model_validate(row.gate)
        verdict = await verdict_of(session, order, gate, now)
        if verdict is Verdict.PENDING:
            return Gated(verdict=verdict)
        row.verdict, row.decided_at = verdict.value, now
        if verdict is Verdict.MET:
            await _open(session, order, gate, deliveries, now)
        else:
            await _give_up(session, order, deliveries, now)
    released = [GatedRelease(id=each.id, due_at=each.due_at, revision=each.revision) for each in deliveries]
    return Gated(verdict=Verdict(row.verdict), note=deliveries[0].note, releases=released)


async def _open(
    session: AsyncSession, order: Order, gate: PlannedGate, deliveries: list[Delivery], now: datetime
) -> None:
    instants: list[datetime] = []
    if gate.starts_schedule:
        bundle = await published_bundle(session, order.bundle_id, order.bundle_version)
        instants = _schedule(bundle, gate, now)
    for delivery in deliveries:
        due_at = instants[delivery.release - 1] if instants else delivery.due_at
        kind = "delivery.gate_opened"
        if delivery.next_action == NextAction.AWAIT:
            submit = NextAction.SUBMIT.value
            journal.change(
                session, order, delivery, kind, now, due_at=due_at, next_action=submit, next_action_at=due_at
            )
            continue
        held: dict[str, Any] = {}
        if delivery.hold_reason in FROM_THE_INSTANT and delivery.hold_deadline is not None:
            window = for_people(timedelta(seconds=order.hold_seconds))
            deadline = max(held_until(now, window, due_at), delivery.hold_deadline)
            held = {"hold_deadline": deadline, "next_action_at": deadline}
        journal.change(session, order, delivery, kind, now, due_at=due_at, **held)


def _schedule(bundle: Bundle | None, gate: PlannedGate, now: datetime) -> list[datetime]:
    if bundle is None:
        raise LookupError("the order's bundle left the book")
    component = next(each for each in bundle.components if each.id == gate.component)
    return scheduled(component, now, bundle.zone)


async def _give_up(session: AsyncSession, order: Order, deliveries: list[Delivery], now: datetime) -> None:
    for delivery in deliveries:
        await give_up(session, order.id, delivery.id, ConditionFailed(), now)


async def verdict_of(session: AsyncSession, order: Order, gate: PlannedGate, now: datetime) -> Verdict:
    """What becomes of a closed gate by what the book knows; while a person pauses the order, not by time."""
    told, confirmed = happened(await order_events_about(session, order.id, [gate]))
    known = (await standing_of(session, order)).known(told, confirmed=confirmed)
    pause = pause_of(order)
    return judge(gate, known, pause.clock(now) if pause else now)
