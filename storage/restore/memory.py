"""A book restored from an older copy: what a run still knows is written down again, and asked about.

A run tells with every request how many changes of the delivery it has seen. Where the book has fewer, the
last purchase that the run knows of is opened again and its supplier asked; what cannot be asked is held.
"""

import uuid
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import CLOSED, AttemptState, DeliveryState
from domain.fulfilment.steps import NextAction, Step, hold_step
from domain.fulfilment.waits import for_people, held_until
from domain.keys import supplier_key
from domain.notes.general import because
from domain.notes.progress import Restored, RestoredWith
from domain.planning.plan import PinnedOffer
from domain.requests import RememberRequest, Reply
from storage.base import journal
from storage.purchasing.attempts import REMEMBERED, unresolved
from storage.tables import Attempt, Delivery, Order


class Knowing(Protocol):
    """What a run asks, with where it has the delivery; None where nobody's run asks."""

    @property
    def order_id(self) -> str: ...
    @property
    def delivery_id(self) -> str: ...
    @property
    def known(self) -> Snapshot | None: ...


async def catch_up(session: AsyncSession, request: Knowing, now: datetime) -> Reply | None:
    """What to reply instead, where the run that asks knows more than the book."""
    if request.known is None:
        return None
    order = await journal.lock_order(session, request.order_id)
    delivery = await session.get_one(Delivery, request.delivery_id)
    if delivery.revision >= request.known.revision:
        return None
    return await _remember(session, order, delivery, request.known, now)


async def agree(session: AsyncSession, request: Knowing, now: datetime) -> Reply | None:
    """What to reply instead, where the run and the book know different things.

    The book knows more where a person or a case has moved the delivery; one at work on that is waited for.
    """
    if request.known is None:
        return None
    await journal.lock_order(session, request.order_id)
    delivery = await session.get_one(Delivery, request.delivery_id)
    if delivery.revision > request.known.revision:
        return Reply(delivery=journal.snapshot_of(delivery))
    return await catch_up(session, request, now)


async def remember(session: AsyncSession, request: RememberRequest, now: datetime) -> Snapshot:
    """Where a delivery stands, after the book was completed."""
    if lost := await catch_up(session, request, now):
        return lost.delivery
    return journal.snapshot_of(await session.get_one(Delivery, request.delivery_id))


async def _remember(
    session: AsyncSession, order: Order, delivery: Delivery, known: Snapshot, now: datetime
) -> Reply:
    attempt = await unresolved(session, delivery.id)
    if delivery.state not in CLOSED and known.tries > delivery.tries:
        if attempt is not None:
            attempt.state, attempt.closed_at = AttemptState.REJECTED.value, now
            attempt.code, attempt.in_flight = "lost", False
            await session.flush()
        attempt = _again(session, order, delivery, known, now) if known.tried >= 0 else None
        delivery.tries, delivery.tried = known.tries, known.tried
    delivery.revision = known.revision
    if delivery.state in CLOSED:
        return Reply(delivery=journal.snapshot_of(delivery))
    step = _goes_on(order, delivery, attempt, known, now)
    stands = journal.follow(session, order, delivery, "delivery.remembered", now, step, afresh=True)
    await journal.restate(session, order, now)
    return Reply(delivery=stands, restored=True)


def _goes_on(
    order: Order, delivery: Delivery, attempt: Attempt | None, known: Snapshot, now: datetime
) -> Step:
    """Ask about what may have been bought; otherwise go on as the run would, or wait for a person."""
    wanted = known.next_action is not NextAction.DONE or known.state is DeliveryState.DELIVERED
    if known.next_action is NextAction.HOLD or (
        known.next_action in (NextAction.AWAIT, NextAction.SUBMIT) and attempt is None
    ):
        return known
    if wanted and attempt is not None:
        return Step(
            state=DeliveryState.IN_PROGRESS,
            next_action=NextAction.CHECK,
            at=now,
            offer=attempt.offer,
            note=Restored(),
        )
    note = because(RestoredWith(state=known.state.value), known.note)
    window = for_people(timedelta(seconds=order.hold_seconds))
    deadline = held_until(now, window, delivery.due_at)
    return hold_step(HoldReason.NEEDS_ATTENTION, note, now, deadline, delivery.offer)


def _again(
    session: AsyncSession, order: Order, delivery: Delivery, known: Snapshot, now: datetime
) -> Attempt:
    """The last purchase that the run knows of, under the key it had."""
    pinned = PinnedOffer.model_validate(delivery.offers[known.tried])
    attempt = Attempt(
        id=f"att_{uuid.uuid4().hex}",
        delivery_id=delivery.id,
        number=known.tries,
        key=supplier_key(order.channel, order.order_no, *delivery.place, known.tries),
        connection=pinned.connection,
        product=pinned.product,
        offer=known.tried,
        state=AttemptState.UNCERTAIN.value,
        code=REMEMBERED,
        submissions=1,
        checks=0,
        opened_at=now,
        submitted_at=now,
        in_flight=True,
    )
    session.add(attempt)
    return attempt
