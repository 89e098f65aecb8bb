"""Holding a delivery and letting it go on."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from domain.states import CLOSED, DeliveryState, HoldReason
from domain.steps import Step, Then, hold_step
from storage import journal
from storage.attempts import unresolved
from storage.tables import Attempt, Delivery


async def hold(
    session: AsyncSession, order_id: str, delivery_id: str, reason: HoldReason, note: str, now: datetime
) -> Step:
    """Hold an open delivery; one that is closed stays as it is."""
    order = await journal.lock_order(session, order_id)
    delivery = await session.get_one(Delivery, delivery_id)
    if delivery.state in CLOSED:
        return journal.step_of(delivery)
    deadline = delivery.hold_deadline or now + timedelta(seconds=order.hold_seconds)
    step = hold_step(reason, note, now, deadline, delivery.offer)
    step = journal.follow(session, order, delivery, "delivery.held", now, step)
    await journal.restate(session, order, now)
    return step


async def resume(session: AsyncSession, order_id: str, delivery_id: str, now: datetime) -> Step:
    """Let a held delivery go on: ask about an open attempt, else buy from its first offer again.

    One that already got some of its units is left to a person, since buying again would buy those twice.
    """
    order = await journal.lock_order(session, order_id)
    delivery = await session.get_one(Delivery, delivery_id)
    if delivery.state != DeliveryState.HELD or delivery.units_delivered:
        return journal.step_of(delivery)
    attempt = await unresolved(session, delivery_id)
    step = trying_again(delivery, attempt, "tried again after a hold", now)
    step = journal.follow(session, order, delivery, "delivery.resumed", now, step)
    await journal.restate(session, order, now)
    return step


def trying_again(delivery: Delivery, attempt: Attempt | None, note: str, now: datetime) -> Step:
    """Ask about an attempt that may have sold; otherwise buy when it is due, from the first offer again.

    `attempt` is the delivery's unresolved one. Whoever lets a delivery go on, goes on by this.
    """
    if attempt is not None and attempt.in_flight:
        return Step(state=DeliveryState.UNCERTAIN, then=Then.CHECK, at=now, offer=attempt.offer, note=note)
    offer = attempt.offer if attempt is not None else 0
    due = max(now, delivery.due_at)
    return Step(state=DeliveryState.IN_PROGRESS, then=Then.SUBMIT, at=due, offer=offer, note=note)
