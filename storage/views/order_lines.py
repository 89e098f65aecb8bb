"""Orders as one line each, read with the database's driver alone.

People and scripts list orders all day, and SQLAlchemy takes longer to load than the rest of such a command.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import namedtuple_row
from pydantic import BaseModel

from domain.fulfilment.pauses import Pause
from domain.money import Money, some_money
from domain.notes.note import Note
from storage.base.unavailable import DatabaseUnavailable

_COLUMNS = (
    "id, channel, order_no, bundle_id, bundle_version, quantity, price_amount, discount_amount, currency, "
    "state, accepted_at, closed_at, rejection_code, rejection_message, erased_at, "
    "(SELECT document->>'time_zone' FROM bundle_versions WHERE bundle_id = orders.bundle_id "
    "AND version = orders.bundle_version) AS time_zone"
)

NO_ZONE = "UTC"
"""Of an order whose bundle was never published."""
GRACE = timedelta(minutes=10)
"""What was to be done so long ago is overdue."""
_MAY_BE_STUCK = b"""
    SELECT 1 FROM orders o WHERE o.id = ANY(%(ids)s) AND (
        EXISTS (SELECT 1 FROM stuck_runs s WHERE s.order_id = o.id AND s.notified_at IS NOT NULL)
        OR EXISTS (SELECT 1 FROM deliveries d WHERE d.order_id = o.id AND d.next_action_at < %(before)s)
        OR NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.order_id = o.id AND d.next_action_at IS NOT NULL)
        OR o.paused_until < %(before)s
    ) LIMIT 1
"""


class Waiting(BaseModel):
    """One thing of an order that waits."""

    delivery_id: str | None
    """None where it is the order itself."""
    about: str
    """A delivery (`video#3`), with the number of its case where it is that which waits; "" for the order."""
    reason: str
    since: datetime | None
    deadline: datetime | None
    """When it is decided by itself; None where nothing is."""
    note: Note | None
    pause: Pause | None = None
    """That of its order, where it waits for the end of that."""


class OrderLine(BaseModel):
    """One order in a list."""

    order_id: str
    channel: str
    order_no: str
    bundle: str
    version: int
    quantity: int
    price: Money
    """What was paid."""
    discount: Money | None = None
    state: str
    accepted_at: datetime
    closed_at: datetime | None
    rejection_code: str | None
    rejection_message: str | None
    erased_at: datetime | None = None
    """Since when its buyer is not known any more."""
    waits: list[Waiting] = []
    """What of it waits for somebody; a list of other orders leaves it out."""
    stuck: Note | None = None
    """Why it does not go on, as far as the book knows; None for one that does."""
    time_zone: str = NO_ZONE
    """Of its bundle: in it people read when things happen."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which people read its moments."""
        return ZoneInfo(self.time_zone)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """The driver's own connection to the book of this SQLAlchemy URL. Raises DatabaseUnavailable."""
    try:
        async with await psycopg.AsyncConnection.connect(url.replace("+psycopg", "", 1)) as connection:
            yield connection
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable() from error


async def newest_orders(
    connection: psycopg.AsyncConnection[Any], *, state: str | None = None, limit: int = 50
) -> list[OrderLine]:
    """The newest orders first."""
    where = "" if state is None else "WHERE state = %(state)s "
    query = f"SELECT {_COLUMNS} FROM orders {where}ORDER BY accepted_at DESC, id LIMIT %(limit)s"
    async with connection.cursor(row_factory=namedtuple_row) as cursor:
        await cursor.execute(query.encode(), {"state": state, "limit": limit})
        rows: Sequence[Any] = await cursor.fetchall()
        return [OrderLine(**line_of(row, row.time_zone)) for row in rows]


async def any_stuck(
    connection: psycopg.AsyncConnection[Any], before: datetime, order_ids: Sequence[str]
) -> bool:
    """Whether any of these open orders may be stuck: notified by a sweep, or with something long to do."""
    async with connection.cursor() as cursor:
        await cursor.execute(_MAY_BE_STUCK, {"ids": list(order_ids), "before": before})
        return await cursor.fetchone() is not None


def line_of(order: Any, time_zone: str | None) -> dict[str, Any]:
    """The fields of a line, from a row of `orders`, whoever has read it, and its bundle's zone."""
    return {
        "order_id": order.id,
        "channel": order.channel,
        "order_no": order.order_no,
        "bundle": order.bundle_id,
        "version": order.bundle_version,
        "quantity": order.quantity,
        "price": Money(amount=order.price_amount, currency=order.currency),
        "discount": some_money(order.discount_amount, order.currency),
        "state": order.state,
        "accepted_at": order.accepted_at,
        "closed_at": order.closed_at,
        "rejection_code": order.rejection_code,
        "rejection_message": order.rejection_message,
        "time_zone": time_zone or NO_ZONE,
        "erased_at": order.erased_at,
    }
