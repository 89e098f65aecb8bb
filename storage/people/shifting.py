"""The schedule of an order moves by the length of a pause: what is not released, and what that waits for.

Moved are, of every delivery that no purchase was begun for: its instant, if that had not come when the pause
began; and of a component's gate that is closed, from when it may open and by when it must. What follows from
an instant, such as the time to give an account, follows from the moved one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import BY_A_PAUSE
from domain.fulfilment.pauses import moved
from domain.fulfilment.steps import NextAction
from domain.planning.gates import PlannedGate, decided_by
from storage.base import journal
from storage.tables import Delivery, GateRow, Order


async def shift_schedule(
    session: AsyncSession,
    order: Order,
    deliveries: Sequence[Delivery],
    since: datetime,
    by: timedelta,
    now: datetime,
) -> list[Delivery]:
    """Move these open deliveries of a locked order, and its gates; return those that moved."""
    rows = {row.component: row for row in await _gates(session, order)}
    closed: dict[str, PlannedGate] = {}
    for component, row in rows.items():
        if row.verdict is None:
            closed[component] = _moved_gate(PlannedGate.model_validate(row.gate), since, by)
            row.gate = closed[component].model_dump(mode="json")
    shifted = []
    for delivery in deliveries:
        waited = _waited(rows.get(delivery.component), since, by)
        changes = {} if delivery.tries else _changes(delivery, closed, since, waited)
        if changes:
            journal.change(session, order, delivery, "delivery.shifted", now, **changes)
            shifted.append(delivery)
    return shifted


def _moved_gate(gate: PlannedGate, since: datetime, by: timedelta) -> PlannedGate:
    ends = moved(gate.by, since, by) if gate.by else None
    return gate.model_copy(update={"not_before": moved(gate.not_before, since, by), "by": ends})


def _waited(row: GateRow | None, since: datetime, by: timedelta) -> timedelta:
    """How long a component's releases were kept waiting: a schedule may have started during the pause."""
    if row is None or row.decided_at is None or not PlannedGate.model_validate(row.gate).starts_schedule:
        return by
    return min(by, max(since + by - row.decided_at, timedelta(0)))


def _changes(
    delivery: Delivery, closed: Mapping[str, PlannedGate], since: datetime, by: timedelta
) -> dict[str, Any]:
    """What of an open delivery moves: its instant, and with it when it is bought or its hold ends."""
    gate = closed.get(delivery.component)
    due_at = moved(delivery.due_at, since, by) if delivery.due_at else None
    changes: dict[str, Any] = {} if due_at == delivery.due_at else {"due_at": due_at}
    at = delivery.next_action_at
    if delivery.next_action == NextAction.AWAIT and gate is not None:
        at = decided_by(gate, due_at)
    elif delivery.next_action == NextAction.SUBMIT and changes:
        at = due_at
    elif delivery.hold_deadline is not None and changes and delivery.hold_reason not in BY_A_PAUSE:
        changes["hold_deadline"] = delivery.hold_deadline + by
        at = changes["hold_deadline"] if at == delivery.hold_deadline else at
    return changes if at == delivery.next_action_at else {**changes, "next_action_at": at}


async def _gates(session: AsyncSession, order: Order) -> list[GateRow]:
    return list(await session.scalars(select(GateRow).where(GateRow.order_id == order.id)))
