"""What people do to a whole order: cancel what is left of it, pause it, let it go on, give an account."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import CLOSED, UNRESOLVED_ATTEMPTS, AttemptState, DeliveryState, HoldReason
from domain.messages import Cancelling, OrderActed
from domain.verbs.acts import By, HumanAct, cancel_refusal
from storage.base import journal
from storage.base.requests import ActRefused, first_time
from storage.deliveries.holds import go_on, trying_again
from storage.money.chargebacks import owe_again
from storage.purchasing.attempts import unresolved
from storage.standing.deliveries import closed_gate_of, open_cases_of, standing_of
from storage.tables import Attempt, Delivery, Order, RecipientRow

HELD_BY_A_PAUSE = (HoldReason.BY_OPERATOR.value, HoldReason.PAYMENT.value)
MOST_NAMED = 30
"""So many steps, each with a note as long as people may write one, are a small payload."""


async def cancel(session: AsyncSession, request: HumanAct, now: datetime) -> Cancelling:
    """Cancel what is left of an order. Raises ActRefused past the point of no return."""
    order = await journal.lock_order(session, request.order_id)
    if not await first_time(session, request, now):
        return Cancelling(order_id=order.id)
    if order.cancelled_at is None:
        left = select(func.count()).where(
            Delivery.order_id == order.id, Delivery.state.not_in([state.value for state in CLOSED])
        )
        why = cancel_refusal(
            closed=order.state if order.closed_at else "",
            open_deliveries=int(await session.scalar(left) or 0),
            past=await _past(session, order),
        )
        if why is not None:
            raise ActRefused(why)
        order.cancelled_at = now
    journal.record(session, order, "order.cancelling", now, by=request.by)
    return Cancelling(order_id=order.id)


async def _past(session: AsyncSession, order: Order) -> list[str]:
    """What was bought, and would have to be taken back after cancelling although it cannot be."""
    if not (await standing_of(session, order)).cancelling_undoes:
        return []
    live = [state.value for state in (*UNRESOLVED_ATTEMPTS, AttemptState.DELIVERED, AttemptState.PARTIAL)]
    bought = exists().where(Attempt.delivery_id == Delivery.id, Attempt.state.in_(live))
    past = await session.scalars(
        select(Delivery.title).where(
            Delivery.order_id == order.id,
            Delivery.pivot,
            or_(Delivery.state == DeliveryState.DELIVERED.value, bought),
        )
    )
    return list(past)


async def pause(session: AsyncSession, request: HumanAct, now: datetime) -> OrderActed:
    """Release nothing more of an order until it is resumed. Raises ActRefused."""
    order = await journal.lock_order(session, request.order_id)
    if await first_time(session, request, now):
        if order.closed_at is not None:
            raise ActRefused(f"it is {order.state} and closed: nothing more of it is released")
        if order.paused_for is not None:
            raise ActRefused(f"it is paused already: {order.paused_note}")
        note = f"paused by {request.actor}: {request.reason}"
        set_paused(session, order, HoldReason.BY_OPERATOR, note, now, request.by)
    return OrderActed(order_id=order.id)


async def resume(session: AsyncSession, request: HumanAct, now: datetime) -> OrderActed:
    """Let an order that was paused go on, with all that was held for it or by hand. Raises ActRefused.

    One whose payment was taken back goes on only once that is `paid`; what was given up meanwhile is owed.
    A repeat tells again where what is open stands, since the run may not have heard it. What a case is about,
    that case's run is to be told.
    """
    order = await journal.lock_order(session, request.order_id)
    waiting = await _open(session, order)
    cases = await open_cases_of(session, order.id)
    if not await first_time(session, request, now):
        return _moved(order, [each for each in waiting if each.id not in cases])
    if order.paused_for is None:
        raise ActRefused("it is not paused; name a delivery to let that one go on")
    if order.paused_for == HoldReason.PAYMENT and not request.paid:
        raise ActRefused(
            f"its payment was taken back ({order.paused_note}): say --paid once it is there again"
        )
    paid = order.paused_for == HoldReason.PAYMENT
    order.paused_at = order.paused_for = order.paused_note = None
    note = f"resumed by {request.actor}: {request.reason}"
    journal.record(session, order, "order.resumed", now, by=request.by, note=note)
    if paid:
        await owe_again(session, order, now)
    held = [delivery for delivery in waiting if delivery.hold_reason in HELD_BY_A_PAUSE]
    for delivery in held:
        await go_on(session, order, delivery, now, note)
    await journal.restate(session, order, now, settled=order.closed_at is not None)
    return _moved(order, [each for each in held if each.id not in cases])


def set_paused(
    session: AsyncSession,
    order: Order,
    reason: HoldReason,
    note: str,
    now: datetime,
    by: By | None = None,
) -> None:
    """Pause a locked order; whatever would be bought from now on is held for this reason."""
    order.paused_at, order.paused_for, order.paused_note = now, reason.value, note
    journal.record(session, order, "order.paused", now, by=by, hold_reason=reason.value, note=note)


async def bind_recipient(session: AsyncSession, request: HumanAct, now: datetime) -> OrderActed:
    """Give the account that an order came without; what waited for it goes on. Raises ActRefused.

    A repeat tells again where what is open stands, since the run may not have heard it.
    """
    order = await journal.lock_order(session, request.order_id)
    if not await first_time(session, request, now):
        return _moved(order, await _open(session, order))
    if await session.get(RecipientRow, (order.id, request.recipient)) is None:
        raise ActRefused("no recipient was handed in under that name")
    waiting = await _open(session, order, Delivery.recipient == request.account)
    if not waiting:
        raise ActRefused(f"nothing of it waits for an account {request.account}")
    note = f"account given by {request.actor}: {request.reason}"
    for delivery in waiting:
        await _bind(session, order, delivery, request, note, now)
    await journal.restate(session, order, now)
    return _moved(order, waiting)


async def _bind(
    session: AsyncSession, order: Order, delivery: Delivery, request: HumanAct, note: str, now: datetime
) -> None:
    """A delivery that waited for its account goes on; one that is not there yet just has it."""
    kind, by, recipient = "delivery.bound", request.by, request.recipient
    if delivery.hold_reason != HoldReason.ACCOUNT_NOT_BOUND:
        journal.change(session, order, delivery, kind, now, by=by, recipient=recipient)
        return
    attempt, gate = await unresolved(session, delivery.id), await closed_gate_of(session, delivery)
    step = trying_again(delivery, attempt, gate, note, now)
    journal.follow(session, order, delivery, kind, now, step, afresh=True, by=by, recipient=recipient)


async def _open(session: AsyncSession, order: Order, *which: ColumnElement[bool]) -> list[Delivery]:
    """The deliveries of an order that are not closed, in plan order."""
    open_ones = select(Delivery).where(
        Delivery.order_id == order.id, Delivery.state.not_in([state.value for state in CLOSED]), *which
    )
    return list(await session.scalars(open_ones.order_by(Delivery.position)))


def _moved(order: Order, deliveries: Sequence[Delivery]) -> OrderActed:
    """Where deliveries stand after an act, as far as that is small enough to be told."""
    if len(deliveries) > MOST_NAMED:
        return OrderActed(order_id=order.id, many=True)
    return OrderActed(order_id=order.id, moved={each.id: journal.step_of(each) for each in deliveries})
