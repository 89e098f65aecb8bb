"""Reading what an order's plan waits for: its pause, its gates, its order events, the accounts it lacks."""

from datetime import datetime

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import CLOSED
from domain.notes.note import Note
from domain.planning.gates import PlannedGate
from domain.planning.wording import waits_for
from storage.standing.accounts import account_name
from storage.tables import Delivery, GateRow, Order, OrderEventRow, RecipientRow


class PauseView(BaseModel):
    """Since when nothing more of an order is released, and why."""

    since: datetime
    reason: str
    note: Note | None
    until: datetime | None
    """When it ends by itself; None where somebody has to let the order go on."""
    shift: bool
    """What is not released by its end moves by its length."""


class GateView(BaseModel):
    """What a component waits for beyond its instants, or waited for."""

    component: str
    waits_for: str
    """In words, such as: delivered(video) and activated(video)."""
    not_before: datetime
    by: datetime | None
    otherwise: str | None
    """What happens at `by`; None without one."""
    verdict: str | None
    """None while it is closed: `holds` once it opened, `never` once it was given up."""
    decided_at: datetime | None
    gate: PlannedGate = Field(exclude=True, repr=False)
    """What it waits for, for whoever says it in another language."""


class OrderEventView(BaseModel):
    """An order event as it is shown. `release` 0: it was not said which one."""

    event_id: str
    event: str
    component: str
    release: int
    actor: str
    note: str
    at: datetime


class MissingAccount(BaseModel):
    """An account that nobody has given yet, under the bundle's name for it."""

    account: str
    type: str
    """What kind of account it has to be; empty where the contract does not say."""
    components: list[str]


class PlanView(BaseModel):
    """What the deliveries of an order wait for, all of them together."""

    paused: PauseView | None
    gates: list[GateView]
    order_events: list[OrderEventView]
    accounts_missing: list[MissingAccount]


async def read_plan(session: AsyncSession, order: Order, rows: list[Delivery]) -> PlanView:
    """The plan of an order with these deliveries (in plan order)."""
    position = {row.component: row.position for row in reversed(rows)}
    gates = await session.scalars(select(GateRow).where(GateRow.order_id == order.id))
    order_events = await session.scalars(
        select(OrderEventRow)
        .where(OrderEventRow.order_id == order.id)
        .order_by(OrderEventRow.at, OrderEventRow.event_id)
    )
    return PlanView(
        paused=_pause(order),
        gates=[_gate(row) for row in sorted(gates, key=lambda row: position[row.component])],
        order_events=[OrderEventView.model_validate(row, from_attributes=True) for row in order_events],
        accounts_missing=await _missing(session, order, rows),
    )


def _pause(order: Order) -> PauseView | None:
    if order.paused_at is None or order.paused_for is None:
        return None
    return PauseView(
        since=order.paused_at,
        reason=order.paused_for,
        note=order.paused_note,
        until=order.paused_until,
        shift=order.pause_shifts,
    )


def _gate(row: GateRow) -> GateView:
    gate = PlannedGate.model_validate(row.gate)
    return GateView(
        component=gate.component,
        waits_for=waits_for(gate),
        not_before=gate.not_before,
        by=gate.by,
        otherwise=gate.otherwise if gate.by else None,
        verdict=row.verdict,
        decided_at=row.decided_at,
        gate=gate,
    )


async def _missing(session: AsyncSession, order: Order, rows: list[Delivery]) -> list[MissingAccount]:
    given = set(await session.scalars(select(RecipientRow.name).where(RecipientRow.order_id == order.id)))
    missing: dict[str, MissingAccount] = {}
    for row in rows:
        if row.recipient is None or row.recipient in given or row.state in CLOSED:
            continue
        kind = str((row.claim or {}).get("account", ""))
        name = account_name(row)
        found = missing.setdefault(name, MissingAccount(account=name, type=kind, components=[]))
        if row.component not in found.components:
            found.components.append(row.component)
    return list(missing.values())
