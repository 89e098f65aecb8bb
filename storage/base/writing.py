"""Writing what a transaction changed in one statement: its events, the rows that they are about, their order.

The unit of work would send each of them alone. Here they go together whenever a session is flushed: neither a
change nor its event is written without the other, and both cost one round trip.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Executable,
    Insert,
    Update,
    bindparam,
    column,
    event,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstanceState, Session
from sqlalchemy.orm.attributes import set_committed_value

from storage.tables import Attempt, Delivery, Event, Order, Table

MOST_TOGETHER = 4
"""So many rows beside the order's go into one statement; what changes more is written row by row."""
_WAITING = "events to write"
_EVENT_FIELDS = ("order_id", "seq", "at", "type", "delivery_id", "data", "digest")


def tell(session: Session, order: Order, told: Mapping[str, Any]) -> None:
    """Let an event of a locked order be written with what this transaction changes; `told` is plain JSON."""
    session.info.setdefault(_WAITING, {}).setdefault(order, []).append(told)


@event.listens_for(Session, "before_flush")
def _write_together(session: Session, *_: object) -> None:
    waiting: dict[Order, list[Mapping[str, Any]]] = session.info.pop(_WAITING, {})
    beside = [row for row in session.dirty if isinstance(row, Attempt | Delivery)]
    for order, events in waiting.items():
        together = len(waiting) == 1 and len(beside) <= MOST_TOGETHER
        rows: list[Order | Delivery | Attempt] = [order, *(beside if together else [])]
        changed = [(row, changes) for row in rows if (changes := _changes(row))]
        values: dict[str, Any] = {"events": events}
        for number, (row, changes) in enumerate(changed):
            values |= {f"id_{number}": row.id}
            values |= {f"{name}_{number}": value for name, value in changes.items()}
        session.execute(_statement(tuple((row.__tablename__, *changes) for row, changes in changed)), values)
        for row, changes in changed:
            for name, value in changes.items():
                set_committed_value(row, name, value)


def _changes(row: Order | Delivery | Attempt) -> dict[str, Any]:
    state: InstanceState[Any] = inspect(row)
    touched = sorted(state.committed_state)
    return {name: getattr(row, name) for name in touched if state.attrs[name].history.has_changes()}


@lru_cache(maxsize=500)
def _statement(shape: tuple[tuple[str, ...], ...]) -> Executable:
    """What writes rows of these tables with these columns changed, that of the order first.

    It is kept: putting it together takes longer than PostgreSQL needs to carry it out.
    """
    of_order, *others = (_updated(number, *changed) for number, changed in enumerate(shape))
    parts = [one.cte(f"row_{number}") for number, one in enumerate(others)]
    return of_order.add_cte(_told().cte("told"), *parts)


def _updated(number: int, table_name: str, *names: str) -> Update:
    table = Table.metadata.tables[table_name]
    values: dict[str, Any] = {name: bindparam(f"{name}_{number}") for name in names}
    return update(table).where(table.c.id == bindparam(f"id_{number}")).values(values)


def _told() -> Insert:
    """Any number of events by one parameter, so that the statement is always the same."""
    table = Table.metadata.tables[Event.__tablename__]
    columns = [column(name, table.c[name].type) for name in _EVENT_FIELDS]
    given = func.jsonb_to_recordset(bindparam("events", type_=JSONB)).table_valued(*columns)
    return insert(table).from_select(_EVENT_FIELDS, select(given.render_derived(with_types=True)))
