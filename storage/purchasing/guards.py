"""What keeps a purchase from being sent, looked at under the order's lock in the moment before.

A run decides to buy, and until its worker comes to it somebody may cancel or pause the order.
"""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import AttemptState, DeliveryState, HoldReason
from domain.fulfilment.steps import NextAction, Step, hold_step
from domain.planning.plan import PinnedOffer
from storage.base import journal
from storage.purchasing.pauses import paused_step
from storage.standing.accounts import is_unbound, unbound_step
from storage.standing.deliveries import taken_up
from storage.supply import health
from storage.tables import Attempt, Delivery, Order


async def in_the_way(
    session: AsyncSession,
    order: Order,
    delivery: Delivery,
    attempt: Attempt | None,
    offer: int,
    now: datetime,
) -> Step | None:
    """The step to follow instead of sending; None when nothing speaks against it.

    `attempt` is the delivery's unresolved one, of which no request is under way.
    """
    if order.cancelled_at is not None and delivery.id not in await taken_up(session, order.id):
        if attempt is not None and attempt.submissions == 0:
            _never_left(attempt, "cancelled", now)
        return journal.step_of(delivery).model_copy(update={"cancelled": True})
    if attempt is None and (step := paused_step(order, delivery, now)):
        return await _follow(session, order, delivery, "delivery.held", step, now)
    if attempt is None and await is_unbound(session, delivery):
        step = unbound_step(order, delivery, now)
        return await _follow(session, order, delivery, "delivery.held", step, now)
    connection = PinnedOffer.model_validate(delivery.offers[offer]).connection
    if why := await health.gate(session, connection, now):
        step = _left_alone(order, delivery, attempt, offer, why, now)
        return await _follow(session, order, delivery, "delivery.refused", step, now)
    return None


def _left_alone(
    order: Order, delivery: Delivery, attempt: Attempt | None, offer: int, why: str, now: datetime
) -> Step:
    """Nothing is bought at this connection now: the next offer, or a hold if an attempt may have sold."""
    if attempt is not None and attempt.submissions == 0:
        _never_left(attempt, "unreachable", now)
        attempt.reason = HoldReason.SUPPLIER_UNAVAILABLE.value
        attempt = None
    if attempt is not None:
        attempt.doubted_at = attempt.doubted_at or now
    if attempt is None and offer + 1 < len(delivery.offers):
        return Step(
            state=DeliveryState.IN_PROGRESS,
            next_action=NextAction.SUBMIT,
            at=now,
            offer=offer + 1,
            reason=HoldReason.SUPPLIER_UNAVAILABLE,
            note=why,
        )
    deadline = delivery.hold_deadline or now + timedelta(seconds=order.hold_seconds)
    return hold_step(HoldReason.SUPPLIER_UNAVAILABLE, why, now, deadline, offer)


def _never_left(attempt: Attempt, code: str, now: datetime) -> None:
    attempt.state, attempt.closed_at, attempt.code = AttemptState.REJECTED.value, now, code


async def _follow(
    session: AsyncSession, order: Order, delivery: Delivery, kind: str, step: Step, now: datetime
) -> Step:
    step = journal.follow(session, order, delivery, kind, now, step)
    await journal.restate(session, order, now)
    return step
