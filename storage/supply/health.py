"""How supplier connections fare, in the book: every worker sees the same, and so do people.

Reading joins the transaction that would write an intent; a success writes only when there was a failure
before, so the good path costs no commit of its own.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.notes.general import because
from domain.notes.note import LONGEST_TEXT, Note
from domain.notes.progress import SupplierPaused, SupplierSilent
from domain.supply.health import Circuit, CircuitState, after_failure, let_through
from storage.tables import ConnectionHealth


class HealthView(BaseModel):
    """One connection's health, for people and programs."""

    connection: str
    circuit: CircuitState = CircuitState.CLOSED
    failures: int = 0
    opened_at: datetime | None = None
    """Since when the circuit is open, or half open: when the trial was let through."""
    last_error: Note | None = None
    last_failure_at: datetime | None = None
    trouble: str | None = None
    """What it refuses us for until a person mends it: balance, credentials, clock, account_closed."""
    trouble_message: Note | None = None
    trouble_since: datetime | None = None
    paused_at: datetime | None = None
    paused_by: str | None = None
    paused_reason: str | None = None


async def gate(session: AsyncSession, connection: str, now: datetime) -> Note | None:
    """Why nothing may be bought at this connection now; None when it may, which may be its one trial."""
    if not speaks_against(await session.get(ConnectionHealth, connection)):
        return None
    row = await _locked(session, connection)
    if row.paused_at is not None:
        return SupplierPaused(supplier=connection, actor=row.paused_by or "", reason=row.paused_reason or "")
    after = let_through(_circuit(row), now)
    if after is None:
        return because(SupplierSilent(supplier=connection, times=row.failures), row.last_error)
    if after.state is not CircuitState.CLOSED:
        _keep(row, after, now)
    return None


def speaks_against(row: ConnectionHealth | None) -> bool:
    """Whether a connection is paused, or left alone for its silence."""
    return row is not None and (row.circuit != CircuitState.CLOSED or row.paused_at is not None)


async def paused_since(session: AsyncSession, connections: Collection[str]) -> dict[str, datetime]:
    """Which of these connections somebody paused, and when."""
    rows = await session.execute(
        select(ConnectionHealth.connection, ConnectionHealth.paused_at).where(
            ConnectionHealth.connection.in_(connections), ConnectionHealth.paused_at.is_not(None)
        )
    )
    return {connection: at for connection, at in rows if at is not None}


async def silent_among(session: AsyncSession, connections: Collection[str]) -> frozenset[str]:
    """Those of these connections that are left alone for not answering, or only tried."""
    left_alone = select(ConnectionHealth.connection).where(
        ConnectionHealth.connection.in_(connections), ConnectionHealth.circuit != CircuitState.CLOSED.value
    )
    return frozenset(await session.scalars(left_alone))


def is_sound(row: ConnectionHealth | None) -> bool:
    """Whether nothing is known against a supplier, so that its answer changes nothing about that."""
    return row is None or (row.circuit == CircuitState.CLOSED and not row.failures and row.trouble is None)


async def is_left_alone(session: AsyncSession, connection: str) -> bool:
    """Whether a supplier's silence keeps purchases from it, or all but one trial."""
    circuit = select(ConnectionHealth.circuit).where(ConnectionHealth.connection == connection)
    return await session.scalar(circuit) not in (None, CircuitState.CLOSED)


async def record_success(session: AsyncSession, connection: str, now: datetime) -> None:
    """The supplier answered, whatever it said."""
    await session.execute(
        update(ConnectionHealth)
        .where(ConnectionHealth.connection == connection, ConnectionHealth.failures > 0)
        .values(circuit=CircuitState.CLOSED.value, failures=0, opened_at=None, updated_at=now)
    )


async def record_failure(session: AsyncSession, connection: str, error: Note, now: datetime) -> None:
    """The supplier could not be reached, or gave no usable answer."""
    nothing_wrong = insert(ConnectionHealth).values(connection=connection, updated_at=now)
    await session.execute(nothing_wrong.on_conflict_do_nothing())
    row = await _locked(session, connection)
    row.last_error, row.last_failure_at = error.cut(LONGEST_TEXT), now
    _keep(row, after_failure(_circuit(row), now), now)


async def note_trouble(session: AsyncSession, connection: str, what: str, told: Note, now: datetime) -> None:
    """The supplier refuses us for something that a person has to mend; it answers all the same."""
    nothing_wrong = insert(ConnectionHealth).values(connection=connection, updated_at=now)
    await session.execute(nothing_wrong.on_conflict_do_nothing())
    row = await _locked(session, connection)
    if row.trouble != what:
        row.trouble, row.trouble_since = what, now
    row.trouble_message, row.updated_at = told.cut(LONGEST_TEXT), now


async def trouble_is_over(
    session: AsyncSession, connection: str, now: datetime, *, only: Collection[str] = ()
) -> None:
    """The supplier serves us again; `only`: what it does not refuse us for any more."""
    row = update(ConnectionHealth).where(
        ConnectionHealth.connection == connection, ConnectionHealth.trouble.is_not(None)
    )
    if only:
        row = row.where(ConnectionHealth.trouble.in_(only))
    await session.execute(row.values(trouble=None, trouble_message=None, trouble_since=None, updated_at=now))


async def pause(session: AsyncSession, connection: str, actor: str, reason: str, now: datetime) -> None:
    """Buy nothing at this connection until it is resumed. Open purchases are still asked about."""
    told = {"paused_at": now, "paused_by": actor, "paused_reason": reason, "updated_at": now}
    await session.execute(
        insert(ConnectionHealth)
        .values(connection=connection, **told)
        .on_conflict_do_update(index_elements=["connection"], set_=told)
    )


async def resume(session: AsyncSession, connection: str, now: datetime) -> bool:
    """Buy at this connection again, whatever happened before; False when it was neither paused nor broken."""
    row = await session.get(ConnectionHealth, connection, with_for_update=True)
    if row is None:
        return False
    row.trouble = row.trouble_message = row.trouble_since = None
    if row.paused_at is None and row.circuit == CircuitState.CLOSED:
        return False
    row.paused_at = row.paused_by = row.paused_reason = None
    _keep(row, Circuit(), now)
    return True


async def read_health(session: AsyncSession) -> Sequence[HealthView]:
    """Every connection of which there is anything to tell."""
    rows = await session.scalars(select(ConnectionHealth).order_by(ConnectionHealth.connection))
    return [HealthView.model_validate(row, from_attributes=True) for row in rows]


async def _locked(session: AsyncSession, connection: str) -> ConnectionHealth:
    return await session.get_one(ConnectionHealth, connection, with_for_update=True, populate_existing=True)


def _circuit(row: ConnectionHealth) -> Circuit:
    return Circuit(CircuitState(row.circuit), row.failures, row.opened_at)


def _keep(row: ConnectionHealth, circuit: Circuit, now: datetime) -> None:
    row.circuit, row.failures = circuit.state.value, circuit.failures
    row.opened_at, row.updated_at = circuit.since, now
