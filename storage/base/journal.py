"""Changing rows and recording the event in one stroke: a change without its event cannot be written.

The events of a delivery, folded in order, give its row (`domain.fulfilment.fold`). Whoever writes holds the
order's row lock, which makes sequence numbers dense and parallel deliveries of one order safe.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.fold import TOLD
from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import CLOSED, DeliveryState, OrderState, may_move, order_state, unsettled_state
from domain.fulfilment.steps import NextAction, Step
from domain.keys import canonical_digest
from domain.notes.note import Note
from domain.verbs.human_act import By
from storage.base import writing
from storage.base.requests import OrderErased
from storage.tables import Delivery, Event, Order


class IllegalMove(Exception):
    """A delivery was asked to go where its state does not lead; nothing was written."""


class OrderMissing(LookupError):
    """The book has no such order. A run that has one was started on a book that was restored since."""


LOCKED = "locked orders"
_LOCKING = (
    select(Order)
    .where(Order.id == bindparam("id"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
"""It keeps out whoever locks the order, and lets rows be added that refer to it, as its public events do."""
STATES = "states of deliveries"


async def lock_order(session: AsyncSession, order_id: str, *, even_erased: bool = False) -> Order:
    """The order's row, locked until the transaction ends. Raises OrderMissing, OrderErased."""
    locked: dict[str, Order] = session.info.setdefault(LOCKED, {})
    order = locked.get(order_id) or await session.scalar(_LOCKING, {"id": order_id})
    if order is None:
        raise OrderMissing(f"no order {order_id} in the book")
    locked[order_id] = order
    if order.erased_at is not None and not even_erased:
        raise OrderErased(order.channel, order.order_no, order.erased_at)
    return order


def is_new(session: AsyncSession, order: Order) -> None:
    """Tell that this transaction wrote the order's row: nobody else sees it, so it is as good as locked."""
    session.info.setdefault(LOCKED, {})[order.id] = order


def record(
    session: AsyncSession, order: Order, kind: str, at: datetime, *, by: By | None = None, **data: Any
) -> None:
    """Append one event to a locked order, with whose act it was. `data` holds no personal data."""
    told = {name: _plain(value) for name, value in data.items()}
    _append(session, order, kind, at, None, told | _told_by(by))


def change(
    session: AsyncSession,
    order: Order,
    delivery: Delivery,
    kind: str,
    at: datetime,
    *,
    by: By | None = None,
    by_case: bool = False,
    **changes: Any,
) -> None:
    """Set columns of a delivery of a locked order and append the event that says so, and whose act it was.

    Only columns in `domain.fulfilment.fold.TOLD` can change, and only a case opens what is closed.
    Raises IllegalMove.
    """
    old, new = delivery.state, changes.get("state", delivery.state)
    if old is not None and not may_move(DeliveryState(old), DeliveryState(new), by_case=by_case):
        raise IllegalMove(f"delivery {delivery.id} cannot go from {delivery.state} to {new}")
    for name in changes:
        if name not in TOLD:
            raise IllegalMove(f"{name} of a delivery is fixed")
    if session.info.get(STATES, {}).get(order.id, (delivery,))[0] is not delivery:
        del session.info[STATES][order.id]
    changed = {name: value for name, value in changes.items() if getattr(delivery, name) != value}
    for name, value in changed.items():
        setattr(delivery, name, value)
    delivery.revision = (delivery.revision or 0) + 1
    told = {name: _plain(value) for name, value in changed.items()} | _told_by(by)
    _append(session, order, kind, at, delivery.id, told)


def follow(
    session: AsyncSession,
    order: Order,
    delivery: Delivery,
    kind: str,
    at: datetime,
    step: Step,
    *,
    afresh: bool = False,
    by: By | None = None,
    by_case: bool = False,
    **more: Any,
) -> Snapshot:
    """Write a step into a delivery's row: its state, hold and next action. Returns where it stands then.

    The age and the deadline of a hold outlive trying again; the end of the delivery clears them, and so does
    a person's decision (`afresh`).
    """
    since = None if afresh else delivery.held_since
    until = None if afresh else delivery.hold_deadline
    held = step.state is DeliveryState.HELD
    closed = step.state in CLOSED
    change(
        session,
        order,
        delivery,
        kind,
        at,
        state=step.state.value,
        offer=step.offer,
        hold_reason=step.reason.value if held and step.reason else None,
        held_since=None if closed else (since or (at if held else None)),
        hold_deadline=None if closed else (step.deadline if held else until),
        next_action=None if closed else step.next_action.value,
        next_action_at=None if closed else (step.at or step.deadline or at),
        note=step.note,
        by=by,
        by_case=by_case,
        **more,
    )
    return Snapshot.at_step(
        step,
        issued=delivery.units_delivered or 0,
        waived=delivery.waived or False,
        revision=delivery.revision,
        tries=delivery.tries or 0,
        tried=delivery.tried or 0,
    )


def snapshot_of(delivery: Delivery) -> Snapshot:
    """Where a delivery stands; what a run that lost its memory goes on from."""
    held_to_the_end = (
        delivery.state == DeliveryState.HELD and delivery.next_action_at == delivery.hold_deadline
    )
    act = delivery.next_action if delivery.state not in CLOSED else None
    return Snapshot(
        state=DeliveryState(delivery.state),
        next_action=NextAction(act) if act else NextAction.DONE,
        at=None if held_to_the_end else delivery.next_action_at,
        offer=delivery.offer,
        reason=delivery.hold_reason,  # type: ignore[arg-type]
        deadline=delivery.hold_deadline,
        note=delivery.note,
        issued=delivery.units_delivered,
        waived=delivery.waived,
        revision=delivery.revision,
        tries=delivery.tries,
        tried=delivery.tried,
    )


def know_states(
    session: AsyncSession, order: Order, others: Collection[str], delivery: Delivery | None = None
) -> None:
    """Tell in which states the deliveries of a locked order are, but for this one: until one of them changes.

    Whoever has read them anyway saves `restate` from asking again.
    """
    session.info.setdefault(STATES, {})[order.id] = (delivery, frozenset(others))


async def restate(session: AsyncSession, order: Order, at: datetime, *, settled: bool = False) -> OrderState:
    """Recompute a locked order's state from its deliveries, and tell when it changed.

    A state that ends an order is reached only when it is `settled`.
    """
    states = [DeliveryState(state) for state in await _states(session, order)]
    state = order_state(states) if settled else unsettled_state(states)
    if order.state != state.value:
        record(session, order, "order.state", at, old=order.state, new=state.value)
        order.state = state.value
    return state


async def _states(session: AsyncSession, order: Order) -> Collection[str]:
    """Every state of a delivery of a locked order, with what this transaction has changed."""
    if known := session.info.get(STATES, {}).get(order.id):
        delivery, others = known
        return {delivery.state, *others} if delivery is not None else others
    await session.flush()
    states: Select[str] = select(Delivery.state).where(Delivery.order_id == order.id).distinct()
    return (await session.scalars(states)).all()


def _append(
    session: AsyncSession,
    order: Order,
    kind: str,
    at: datetime,
    delivery_id: str | None,
    data: dict[str, Any],
) -> None:
    order.last_event += 1
    told = {
        "order_id": order.id,
        "seq": order.last_event,
        "at": _plain(at),
        "type": kind,
        "delivery_id": delivery_id,
        "data": data,
    }
    writing.tell(session.sync_session, order, told | {"digest": canonical_digest(told)})


def digest_of(event: Event) -> str:
    """What an event is held to: of all that it says."""
    names = ("order_id", "seq", "at", "type", "delivery_id", "data")
    return canonical_digest({name: _plain(getattr(event, name)) for name in names})


def _told_by(by: By | None) -> dict[str, Any]:
    return by._asdict() if by is not None else {}


def _plain(value: Any) -> Any:
    if isinstance(value, Note):
        return value.as_json()
    return value.isoformat() if isinstance(value, datetime) else value
