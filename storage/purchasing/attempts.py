"""Attempts: an intent is committed before a supplier is called, and its outcome after.

The row of the delivery says which act is next. An activity that was repeated (its worker died, its result
was lost) therefore finds out here whether to send, to ask first, or to return what is already decided.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.situation import Situation
from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import CLOSED, UNRESOLVED_ATTEMPTS, AttemptState, DeliveryState
from domain.fulfilment.steps import NextAction, Step, hold_step
from domain.keys import supplier_key
from domain.money import Money
from domain.notes.progress import Submitted
from domain.notes.supply.answers import NoConnection, TooBusy, Unreachable
from domain.planning.plan import PinnedOffer
from domain.requests import Reply
from domain.supply.capabilities import Capabilities
from domain.supply.purchase import Purchase
from storage.base import journal
from storage.base.sealing import Vault
from storage.purchasing.answers import refusal_in, words_in
from storage.purchasing.at_hand import AtHand
from storage.purchasing.guards import in_the_way
from storage.purchasing.guards.intent import Intent
from storage.purchasing.opening import recipient_of
from storage.supply import contradictions, health
from storage.supply.contradictions import Said
from storage.tables import Attempt, Delivery, Order

REMEMBERED = "remembered"
"""Code of an attempt that the book had lost, and a run still knew of."""


@dataclass(frozen=True)
class Decided:
    """There is nothing to ask or send: this is the reply."""

    reply: Reply


@dataclass(frozen=True)
class Ask:
    """An attempt is open: ask the supplier about it."""

    attempt_id: str
    purchase: Purchase
    heard: frozenset[str]
    """The callbacks that were stored before the query leaves."""


@dataclass(frozen=True)
class Send:
    """The intent is written: once this transaction is committed, buy."""

    attempt_id: str
    purchase: Purchase
    submission: int
    """Which sending of this attempt's request it is, from 1."""
    heard: frozenset[str]
    """The callbacks that were stored before the request leaves."""


async def begin_submit(
    session: AsyncSession,
    vault: Vault,
    at_hand: AtHand,
    offer: int,
    now: datetime,
    *,
    askable: bool = True,
    known: int | None = None,
) -> Send | Ask | Decided:
    """Write the intent to buy from this offer, unless an attempt is open or the row says otherwise.

    Of a purchase that is new nothing has been heard: what is stored under its key was said in an earlier life
    of the book, and is looked at when the answer is here.

    `askable`: the supplier can be asked afterwards what became of it. `known`: the delivery's revision that
    whoever decided to buy knew of.
    """
    order, delivery, attempt = at_hand.order, at_hand.delivery, at_hand.attempt
    if attempt is not None and attempt.offer != offer:
        return Decided(Reply(delivery=journal.snapshot_of(delivery)))
    if attempt is not None and attempt.in_flight:
        return await ask(session, vault, order, delivery, attempt, at_hand.said)
    wanted = delivery.next_action == NextAction.SUBMIT.value and delivery.offer == offer
    if delivery.state in CLOSED or not wanted:
        return Decided(Reply(delivery=journal.snapshot_of(delivery)))
    if instead := await in_the_way(Intent(session, at_hand, offer, now, known)):
        return Decided(instead)
    if attempt is None:
        attempt = _open(session, at_hand, offer, now, askable=askable)
    else:
        attempt.submissions += 1
        attempt.answered = None
    attempt.in_flight = True
    attempt.submitted_at = now
    state = DeliveryState.UNCERTAIN if attempt.submissions > 1 else DeliveryState.IN_PROGRESS
    step = Step(
        state=state,
        next_action=NextAction.CHECK,
        at=now,
        offer=offer,
        note=Submitted(supplier=attempt.connection),
    )
    journal.follow(session, order, delivery, "delivery.submitted", now, step)
    await journal.restate(session, order, now)
    purchase = await purchase_of(session, vault, order, delivery, attempt)
    return Send(attempt.id, purchase, attempt.submissions, contradictions.heard(at_hand.said))


async def begin_check(session: AsyncSession, vault: Vault, at_hand: AtHand, offer: int) -> Ask | Decided:
    """The open attempt with this offer to ask about, if there is one."""
    attempt = at_hand.attempt
    if attempt is None or attempt.offer != offer:
        return Decided(Reply(delivery=journal.snapshot_of(at_hand.delivery)))
    return await ask(session, vault, at_hand.order, at_hand.delivery, attempt, at_hand.said)


async def ask(
    session: AsyncSession,
    vault: Vault,
    order: Order,
    delivery: Delivery,
    attempt: Attempt,
    said: Collection[Said],
) -> Ask:
    """The question about an attempt, of which this was said so far."""
    purchase = await purchase_of(session, vault, order, delivery, attempt)
    return Ask(attempt.id, purchase, contradictions.heard(said))


async def not_sent(
    session: AsyncSession, order_id: str, begun: "Send", now: datetime, *, last_try: bool, busy: bool = False
) -> Snapshot | None:
    """Write down that the request never left, so that sending it again needs no question first.

    `busy`: the supplier did answer what was asked before it, which says nothing against its health.

    On the last try, an attempt of which an earlier request did leave is held: its fate is not known, so no
    other supplier may take over. Returns where the delivery stands then, or where somebody else has moved it
    meanwhile; None when nothing was ever sent.
    """
    order = await journal.lock_order(session, order_id)
    attempt = await session.get_one(Attempt, begun.attempt_id)
    delivery = await _delivery(session, attempt.delivery_id)
    ours = attempt.in_flight and attempt.submissions == begun.submission
    if attempt.state not in UNRESOLVED_ATTEMPTS or not ours:
        return journal.snapshot_of(delivery)
    if not busy:
        await health.record_failure(session, attempt.connection, NoConnection(), now)
    attempt.in_flight = False
    attempt.submissions -= 1
    note = (TooBusy if busy else Unreachable)(supplier=attempt.connection)
    if last_try and attempt.submissions > 0:
        deadline = delivery.hold_deadline or now + timedelta(seconds=order.hold_seconds)
        step = hold_step(HoldReason.SUPPLIER_UNAVAILABLE, note, now, deadline, attempt.offer)
        attempt.doubted_at = attempt.doubted_at or now
        held = journal.follow(session, order, delivery, "delivery.held", now, step)
        await journal.restate(session, order, now)
        return held
    state = DeliveryState(delivery.state)
    step = Step(state=state, next_action=NextAction.SUBMIT, at=now, offer=attempt.offer, note=note)
    journal.follow(session, order, delivery, "delivery.not_sent", now, step)
    return None


async def unresolved(session: AsyncSession, delivery_id: str) -> Attempt | None:
    """The delivery's attempt whose fate is not known, if any; the database allows only one."""
    states = [state.value for state in UNRESOLVED_ATTEMPTS]
    return await session.scalar(
        select(Attempt).where(Attempt.delivery_id == delivery_id, Attempt.state.in_(states))
    )


def situation(
    order: Order, delivery: Delivery, attempt: Attempt, capabilities: Capabilities, now: datetime
) -> Situation:
    """What the next step depends on besides the answer."""
    return Situation(
        now=now,
        offer=attempt.offer,
        offers=len(delivery.offers),
        checks=attempt.checks,
        submissions=attempt.submissions,
        attempts=attempt.number,
        last_submitted_at=attempt.submitted_at,
        opened_at=attempt.opened_at,
        accepted=attempt.supplier_order is not None or attempt.state == AttemptState.PENDING,
        capabilities=capabilities,
        hold_window=timedelta(seconds=order.hold_seconds),
        hold_deadline=delivery.hold_deadline,
        held=HoldReason(delivery.hold_reason) if delivery.hold_reason else None,
        held_note=delivery.note,
        refusal=refusal_in(attempt.answered),
        last_words=words_in(attempt.answered),
        resting=not attempt.in_flight,
        remembered=attempt.code == REMEMBERED,
    )


def _open(session: AsyncSession, at_hand: AtHand, offer: int, now: datetime, *, askable: bool) -> Attempt:
    order, delivery, number = at_hand.order, at_hand.delivery, at_hand.last_number + 1
    pinned = PinnedOffer.model_validate(delivery.offers[offer])
    attempt = Attempt(
        id=f"att_{uuid.uuid4().hex}",
        delivery_id=delivery.id,
        number=number,
        key=supplier_key(order.channel, order.order_no, *delivery.place, number),
        connection=pinned.connection,
        product=pinned.product,
        offer=offer,
        state=AttemptState.OPEN.value,
        submissions=1,
        checks=0,
        opened_at=now,
        askable=askable,
    )
    session.add(attempt)
    delivery.tries, delivery.tried = number, offer
    return attempt


async def purchase_of(
    session: AsyncSession, vault: Vault, order: Order, delivery: Delivery, attempt: Attempt
) -> Purchase:
    """The purchase an attempt stands for, with the recipient opened. Raises NotOpened."""
    pinned = PinnedOffer.model_validate(delivery.offers[attempt.offer])
    recipient = None
    if delivery.recipient is not None:
        recipient = await recipient_of(session, vault, order.id, delivery.recipient)
    return Purchase(
        key=attempt.key,
        product=attempt.product,
        kind=delivery.kind,  # type: ignore[arg-type]
        quantity=delivery.units,
        max_cost=Money(amount=delivery.max_unit_cost * delivery.units, currency=delivery.cost_currency),
        account=recipient.value if recipient else None,
        account_fields=recipient.fields if recipient else {},
        options=pinned.options,
        supplier_order=attempt.supplier_order,
        resubmitted=attempt.submissions > 1,
    )


async def _delivery(session: AsyncSession, delivery_id: str) -> Delivery:
    delivery = await session.get(Delivery, delivery_id)
    if delivery is None:
        raise LookupError(f"no delivery {delivery_id} in the book")
    return delivery
