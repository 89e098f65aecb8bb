"""What one purchase is begun or written down by, read at once under the order's lock.

Two statements: the lock comes first, since what is read in the same statement as a lock that had to be waited
for may be older than the lock.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Executable,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    func,
    literal_column,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from domain.fulfilment.states import UNRESOLVED_ATTEMPTS, DeliveryState
from storage.base import journal
from storage.supply import contradictions
from storage.supply.contradictions import Said
from storage.tables import Attempt, ConnectionHealth, DataKey, Delivery, Order, RecipientRow


class Others(NamedTuple):
    """The other deliveries of the order, together; an order of one has none."""

    states: Collection[str]
    revision: int
    """How many changes of them the book has."""
    made: bool
    """Each of them was delivered in full."""


@dataclass(frozen=True)
class AtHand:
    """A delivery of a locked order with all that its purchase depends on."""

    order: Order
    delivery: Delivery
    attempt: Attempt | None
    """The one that is not resolved, or the one that was asked for."""
    health: ConnectionHealth | None
    """Of the supplier's connection; None means that nothing is wrong."""
    said: Sequence[Said]
    """The callbacks about the attempt, the earliest first."""
    last_number: int
    """Of the delivery's attempts; 0 before the first."""
    others: "Others"
    sealed: tuple[RecipientRow | None, DataKey | None]
    """Kept here so that the session finds them without asking again."""


async def of_delivery(session: AsyncSession, order_id: str, delivery_id: str, offer: int) -> AtHand:
    """A delivery that is to be bought from an offer, or asked about. Raises OrderMissing, LookupError."""
    return await _read(session, order_id, _DELIVERY, {"id": delivery_id, "offer": str(offer)})


async def of_attempt(session: AsyncSession, order_id: str, attempt_id: str) -> AtHand:
    """An attempt about which there is something to write down. Raises OrderMissing, LookupError."""
    return await _read(session, order_id, _ATTEMPT, {"id": attempt_id})


async def _read(
    session: AsyncSession, order_id: str, question: Executable, parameters: Mapping[str, str]
) -> AtHand:
    order = await journal.lock_order(session, order_id)
    found = (await session.execute(question, parameters)).one_or_none()
    if found is None:
        raise LookupError(f"order {order_id} has no such delivery in the book")
    delivery, attempt, health, recipient, data_key, said, last_number, counted = found
    others = Others(*counted)
    journal.know_states(session, order, others.states, delivery)
    heard = contradictions.as_said(said)
    return AtHand(order, delivery, attempt, health, heard, last_number or 0, others, (recipient, data_key))


def _question(
    wanted: ColumnElement[bool], attempt: ColumnElement[bool], connection: SQLColumnExpression[str]
) -> Executable:
    other, every = aliased(Delivery), aliased(Attempt)
    made = and_(
        other.state == literal_column(f"'{DeliveryState.DELIVERED}'"),
        other.units_delivered >= other.units,
        ~other.waived,
    )
    others = select(
        func.jsonb_build_array(
            func.coalesce(func.jsonb_agg(other.state.distinct()), func.jsonb_build_array()),
            func.coalesce(func.sum(other.revision), literal_column("0")),
            func.coalesce(func.bool_and(made), literal_column("true")),
        )
    ).where(other.order_id == Delivery.order_id, other.id != Delivery.id)
    last_number = select(func.max(every.number)).where(every.delivery_id == Delivery.id)
    recipient = and_(RecipientRow.order_id == Delivery.order_id, RecipientRow.name == Delivery.recipient)
    return (
        select(
            Delivery,
            Attempt,
            ConnectionHealth,
            RecipientRow,
            DataKey,
            contradictions.said_of_attempt(),
            last_number.scalar_subquery(),
            others.scalar_subquery(),
        )
        .outerjoin(Attempt, attempt)
        .outerjoin(ConnectionHealth, ConnectionHealth.connection == connection)
        .outerjoin(RecipientRow, recipient)
        .outerjoin(DataKey, DataKey.order_id == Delivery.order_id)
        .where(wanted)
    )


# Both are put together once: that takes longer than PostgreSQL needs to answer them.
_DELIVERY = _question(
    Delivery.id == bindparam("id"),
    and_(
        Attempt.delivery_id == Delivery.id, Attempt.state.in_([state.value for state in UNRESOLVED_ATTEMPTS])
    ),
    func.jsonb_extract_path_text(Delivery.offers, bindparam("offer", type_=String), "connection"),
)
_ATTEMPT = _question(Attempt.id == bindparam("id"), Attempt.delivery_id == Delivery.id, Attempt.connection)
