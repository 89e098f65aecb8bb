"""Which open orders have something to do by a moment, or nothing left but to be settled.

Each kind is found by an index of its own: none reads through what has closed, of which there is ever more.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, CompoundSelect, exists, select, union
from sqlalchemy.orm import InstrumentedAttribute

from storage.tables import Delivery, Order


def due_orders(
    by: datetime, *which: ColumnElement[bool], only: Collection[str] | None = None
) -> CompoundSelect[str]:
    """Their ids. `which`: the deliveries that count as due; `only`: orders of these ids."""

    def of(column: InstrumentedAttribute[str]) -> list[ColumnElement[bool]]:
        return [] if only is None else [column.in_(only)]

    due = select(Delivery.order_id).where(Delivery.next_action_at <= by, *which, *of(Delivery.order_id))
    waits = exists().where(Delivery.order_id == Order.id, Delivery.next_action_at.is_not(None))
    idle = select(Order.id).where(Order.closed_at.is_(None), ~waits, *of(Order.id))
    pause_ends = (Order.paused_for.is_not(None), Order.paused_until <= by)
    paused = select(Order.id).where(Order.closed_at.is_(None), *pause_ends, *of(Order.id))
    return union(due, idle, paused)
