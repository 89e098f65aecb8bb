"""Suppliers' reports, stored once before they are acknowledged, and bound to what we bought.

A report is bound when the connection, our number and the supplier's number belong to one attempt. One that is
not is kept for people and changes nothing.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.states import AttemptState
from storage import journal, surfacing
from storage.sealing import Vault
from storage.tables import Attempt, Callback, Delivery

BOUND = "bound"
UNCONFIRMED = "unconfirmed"
"""It names a supplier's number, and we do not know ours yet: a hint like any other, until a query tells."""


@dataclass(frozen=True)
class Arrived:
    """A report as it arrived: our number, theirs, and what they claim."""

    connection: str
    key: str
    supplier_order: str | None
    claim: str
    body: bytes


@dataclass(frozen=True)
class Bound:
    """The delivery that a report is about."""

    order_id: str
    channel: str
    order_no: str
    delivery_id: str
    contradicts: bool
    """It says that something which was delivered does not stand any more."""


async def store(session: AsyncSession, vault: Vault, report: Arrived, now: datetime) -> Bound | None:
    """Store a report, once however often it is repeated; None when it is not bound to an attempt.

    What it says is judged once the order is locked, since an answer may be being written.
    """
    attempt = await session.scalar(select(Attempt).where(Attempt.key == report.key))
    verdict = _verdict(report, attempt)
    ours = verdict in (BOUND, UNCONFIRMED)
    first = await _keep(session, vault, report, attempt if ours else None, verdict, now)
    if attempt is None or not ours:
        return None
    delivery = await session.get_one(Delivery, attempt.delivery_id)
    order = await journal.lock_order(session, delivery.order_id)
    await session.refresh(attempt)
    if first:
        journal.record(
            session,
            order,
            "supplier.reported",
            now,
            delivery=delivery.id,
            connection=report.connection,
            attempt=attempt.number,
            claim=report.claim,
        )
    if attempt.state == AttemptState.REJECTED and report.claim == "delivered":
        await surfacing.doubt(session, order, delivery, attempt, now)
    gone = attempt.state == AttemptState.DELIVERED and report.claim in ("failed", "reversed")
    return Bound(order.id, order.channel, order.order_no, delivery.id, gone)


def _verdict(report: Arrived, attempt: Attempt | None) -> str:
    if attempt is None:
        return "unknown_number"
    if attempt.connection != report.connection:
        return "other_connection"
    known, named = attempt.supplier_order, report.supplier_order
    if known is None and named is not None:
        return UNCONFIRMED
    return BOUND if named in (None, known) else "other_supplier_order"


async def _keep(
    session: AsyncSession,
    vault: Vault,
    report: Arrived,
    attempt: Attempt | None,
    verdict: str,
    now: datetime,
) -> bool:
    """Write the row, or count a repeat. True the first time."""
    identity = f"cbk_{uuid.uuid4().hex}"
    digest = hashlib.sha256(report.body).hexdigest()
    stored = await session.scalar(
        insert(Callback)
        .values(
            id=identity,
            connection=report.connection,
            digest=digest,
            key=report.key[:64],
            supplier_order=report.supplier_order[:64] if report.supplier_order else None,
            claim=report.claim,
            attempt_id=attempt.id if attempt else None,
            verdict=verdict,
            first_at=now,
            last_at=now,
            sealed=vault.ring.seal(report.body, f"callback/{identity}"),
        )
        .on_conflict_do_update(
            index_elements=["connection", "digest"],
            set_={
                "times": Callback.times + 1,
                "last_at": now,
                "verdict": verdict,
                "attempt_id": attempt.id if attempt else None,
            },
        )
        .returning(Callback.id)
    )
    return stored == identity
