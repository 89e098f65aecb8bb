"""Holding a delivery and letting it go on."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import BY_A_PERSON, FOR_AN_ACCOUNT, HoldReason, deadline_of
from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import CLOSED, DeliveryState
from domain.fulfilment.steps import NextAction, Step, hold_step
from domain.fulfilment.waits import for_people
from domain.notes.note import Note
from domain.notes.people import HoldOver
from domain.notes.progress import TriedAgain
from domain.planning.gates import PlannedGate
from storage.base import journal
from storage.purchasing.attempts import unresolved
from storage.standing.accounts import is_unbound, unbound_step
from storage.standing.deliveries import closed_gate_of
from storage.tables import Attempt, Delivery, Order


async def hold(
    session: AsyncSession, order_id: str, delivery_id: str, reason: HoldReason, note: Note, now: datetime
) -> Snapshot:
    """Hold an open delivery; one that is closed stays as it is.

    One that may have been sold goes on being asked about, and its deadline closes nothing.
    """
    order = await journal.lock_order(session, order_id)
    delivery = await session.get_one(Delivery, delivery_id)
    if delivery.state in CLOSED:
        return journal.snapshot_of(delivery)
    window = timedelta(seconds=order.hold_seconds)
    attempt = await unresolved(session, delivery_id)
    deadline = deadline_of(reason, window, now, delivery.due_at, delivery.hold_deadline)
    if attempt is not None and deadline <= now:
        deadline = now + for_people(window)
    step = hold_step(reason, note, now, deadline, delivery.offer)
    if attempt is not None and attempt.in_flight:
        step = step.model_copy(
            update={"next_action": NextAction.CHECK, "at": step.at or deadline, "offer": attempt.offer}
        )
    if attempt is not None:
        attempt.doubted_at = attempt.doubted_at or now
    held = journal.follow(session, order, delivery, "delivery.held", now, step)
    await journal.restate(session, order, now)
    return held


async def resume(session: AsyncSession, order_id: str, delivery_id: str, now: datetime) -> Snapshot:
    """Let a held delivery go on: ask about an open attempt, else buy from its first offer again.

    One that already got some of its units is left to a person, since buying again would buy those twice. One
    whose account is not known yet goes on waiting, and its buyer is reminded.
    """
    order = await journal.lock_order(session, order_id)
    delivery = await session.get_one(Delivery, delivery_id)
    stands = await go_on(session, order, delivery, now)
    await journal.restate(session, order, now)
    return stands


async def go_on(
    session: AsyncSession, order: Order, delivery: Delivery, now: datetime, by_a_person: Note | None = None
) -> Snapshot:
    """As `resume`, for a delivery of a locked order, which is restated afterwards.

    `by_a_person`: who let it go on, and why; the age and deadline of the hold are over then, as they are at
    the end of a hold that somebody asked for.
    """
    if delivery.state != DeliveryState.HELD or delivery.units_delivered:
        return journal.snapshot_of(delivery)
    attempt = await unresolved(session, delivery.id)
    gate = await closed_gate_of(session, delivery)
    due = gate is None and (delivery.due_at is None or delivery.due_at <= now)
    if attempt is None and due and await is_unbound(session, delivery):
        waits_afresh = delivery.hold_reason not in FOR_AN_ACCOUNT
        step = unbound_step(order, delivery, now)
        return journal.follow(session, order, delivery, "delivery.reminded", now, step, afresh=waits_afresh)
    as_asked = delivery.hold_reason in BY_A_PERSON
    note = by_a_person or (HoldOver() if as_asked else TriedAgain())
    step = trying_again(delivery, attempt, gate, note, now)
    afresh = as_asked or by_a_person is not None
    return journal.follow(session, order, delivery, "delivery.resumed", now, step, afresh=afresh)


def trying_again(
    delivery: Delivery, attempt: Attempt | None, gate: PlannedGate | None, note: Note | None, now: datetime
) -> Step:
    """Ask about an attempt that may have sold; otherwise buy when it is due, from the first offer again.

    `attempt` is the delivery's unresolved one, `gate` the one it waits for while that is closed. Whoever lets
    a delivery go on, goes on by this.
    """
    if attempt is not None and (attempt.in_flight or (attempt.submissions and attempt.askable)):
        return Step(
            state=DeliveryState.UNCERTAIN,
            next_action=NextAction.CHECK,
            at=now,
            offer=attempt.offer,
            note=note,
        )
    offer = attempt.offer if attempt is not None else 0
    if gate is not None:
        at = gate.by or max(now, gate.not_before)
        return Step(
            state=DeliveryState.IN_PROGRESS, next_action=NextAction.AWAIT, at=at, offer=offer, note=note
        )
    due = max(now, delivery.due_at or now)
    return Step(
        state=DeliveryState.IN_PROGRESS, next_action=NextAction.SUBMIT, at=due, offer=offer, note=note
    )
