"""The end of deliveries and orders: giving up, taking back, and what is owed to the buyer."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import EARLY, HoldReason
from domain.fulfilment.states import CLOSED, ISSUED, AttemptState, DeliveryState
from domain.fulfilment.steps import NextAction, Step, hold_step
from domain.fulfilment.waits import FIRST_CHECK, LONGEST_CHECK, for_people, held_until
from domain.notes.aftercare import (
    BeingRevoked,
    ByHandNobodyTakesBack,
    Kept,
    NotRevokedInTime,
    RevokedBySupplier,
    SupplierDecides,
    WaitsForCase,
)
from domain.notes.handing.refusals import WasRevealed
from domain.notes.note import Note
from domain.planning.gates import PlannedGate
from domain.requests import Reply, Revocation, RevokeRequest
from domain.supply.outcomes import IssuedUnit, NotRevocable, Revoked, RevokeOutcome, RevokePending, Uncertain
from domain.supply.purchase import Purchase
from domain.verbs.refusals import too_early
from storage.base import journal
from storage.base.sealing import Vault
from storage.deliveries.by_hand import HANDED_IN
from storage.deliveries.revealed import revealed_for_good
from storage.money.refunds import decide_refund, decided_for
from storage.purchasing.attempts import purchase_of, unresolved
from storage.purchasing.costs import all_paid_back
from storage.purchasing.opening import order_ring
from storage.purchasing.outcomes import keep_exchange
from storage.standing.accounts import is_forfeited
from storage.standing.deliveries import bought_anew, closed_gate_of, first_instant, open_cases_of, pivot_waits
from storage.standing.pauses import held_with_its_order
from storage.supply import contradictions
from storage.tables import Attempt, Credential, Delivery, Order

REVOCATION_WINDOW = timedelta(days=7)
LONGEST_REVOCATION_WAIT = timedelta(hours=6)


async def give_up(
    session: AsyncSession,
    order_id: str,
    delivery_id: str,
    reason: Note | None,
    now: datetime,
    *,
    waived: bool = False,
    ran_out: bool = False,
) -> Reply:
    """Close a delivery that will not be delivered: cancelled if nothing was tried, else failed.

    What is owed for it is owed from then on, however the rest of the order ends; what an open case is about,
    the case's end decides. One that a person waived counts for neither: nothing is owed for it, and the
    order does not fail by it. So it is with one whose buyer never gave an account, where the contract says
    so and the time to do it has `ran_out`.
    What somebody holds, and could not be delivered by now, is held on; so is what waits for a paused order.
    An attempt whose fate is not known keeps it open: where it stands is replied, as unresolved, so
    that whoever gives it up asks that attempt's supplier, and then waits for what the step waits for.
    """
    order = await journal.lock_order(session, order_id)
    delivery = await session.get_one(Delivery, delivery_id)
    stands = journal.snapshot_of(delivery)
    if stands.next_action is NextAction.DONE:
        return Reply(delivery=stands)
    if (attempt := await unresolved(session, delivery_id)) is not None:
        return Reply(delivery=stands.model_copy(update={"offer": attempt.offer}), unresolved=True)
    if ran_out and (again := await _before_its_time(session, order, delivery, now)) is not None:
        held = journal.follow(session, order, delivery, "delivery.held", now, again)
        return Reply(delivery=held)
    waived = waived or (ran_out and is_forfeited(delivery))
    tried = await session.scalar(select(Attempt.id).where(Attempt.delivery_id == delivery_id).limit(1))
    state = DeliveryState.FAILED if tried else DeliveryState.CANCELLED
    step = Step(
        state=state,
        next_action=NextAction.DONE,
        offer=delivery.offer,
        note=reason or delivery.note,
    )
    closed = journal.follow(session, order, delivery, f"delivery.{state}", now, step, waived=waived)
    if delivery_id not in await open_cases_of(session, order_id):
        await decide_refund(session, order, delivery, now)
    await journal.restate(session, order, now)
    return Reply(delivery=closed)


async def _before_its_time(
    session: AsyncSession, order: Order, delivery: Delivery, now: datetime
) -> Step | None:
    """The hold to go on with, where a person's time ran out before the delivery could be made.

    While a person's pause lasts, nothing is given up that waits for its end.
    """
    if delivery.hold_reason is None:
        return None
    reason, gate = HoldReason(delivery.hold_reason), await closed_gate_of(session, delivery)
    if pause := held_with_its_order(order, delivery):
        return _held_on(order, delivery, reason, gate, max(now, pause.until or now))
    waits = await pivot_waits(session, order, delivery)
    early = too_early(delivery.due_at, now, gated=gate is not None, pivot_waits=waits) is not None
    return _held_on(order, delivery, reason, gate, now) if early and reason in EARLY else None


def _held_on(
    order: Order, delivery: Delivery, reason: HoldReason, gate: PlannedGate | None, since: datetime
) -> Step:
    window = for_people(timedelta(seconds=order.hold_seconds))
    deadline = held_until(since, window, first_instant(delivery, gate))
    return hold_step(reason, delivery.note, since, deadline, delivery.offer)


@dataclass(frozen=True)
class Revoke:
    """What to revoke at the supplier."""

    attempt_id: str
    purchase: Purchase
    units: tuple[IssuedUnit, ...]
    heard: frozenset[str]
    """The callbacks that were stored before the request leaves."""


async def begin_revoke(
    session: AsyncSession, vault: Vault, request: RevokeRequest, connection: str, now: datetime
) -> Revoke | Revocation:
    """The purchase to revoke at this connection, or what became of it when that is already known.

    One of another connection is told, and is revoked there: the caller may not know what a case has bought.

    Of one that somebody waived, or paid back out of goodwill, the buyer keeps what came. What a case is about
    is revoked once that has ended, since it may be buying another one. A case whose run was replaced does
    not revoke what it has bought itself. That it is being revoked is written first: nobody is shown it then.
    """
    order = await journal.lock_order(session, request.order_id)
    delivery = await session.get_one(Delivery, request.delivery_id)
    case = (await open_cases_of(session, order.id)).get(delivery.id)
    if case is not None and case.number != request.case:
        wait = min(max((now - case.opened_at) / 2, FIRST_CHECK), LONGEST_CHECK)
        note = WaitsForCase(case=case.number)
        return Revocation(state=DeliveryState(delivery.state), note=note, check_at=now + wait)
    attempt = await session.scalar(
        select(Attempt)
        .where(Attempt.delivery_id == delivery.id, Attempt.state.in_(ISSUED))
        .order_by(Attempt.number.desc())
        .limit(1)
    )
    is_kept = delivery.waived or await decided_for(session, delivery.id) >= delivery.share_amount > 0
    if attempt is None or is_kept or (case is not None and await bought_anew(session, case)):
        return Revocation(state=DeliveryState(delivery.state), note=delivery.note)
    if attempt.code == HANDED_IN:
        return Revocation(state=DeliveryState(delivery.state), note=ByHandNobodyTakesBack())
    if revealed_for_good(delivery):
        return _keep(session, order, delivery, attempt, WasRevealed(), now)
    if attempt.connection != connection:
        return Revocation(state=DeliveryState(delivery.state), offer=attempt.offer)
    attempt.revoking_since = attempt.revoking_since or now
    ring = await order_ring(session, vault, order.id)
    rows = await session.scalars(
        select(Credential).where(Credential.attempt_id == attempt.id).order_by(Credential.unit)
    )
    units = tuple(
        IssuedUnit(**json.loads(ring.open(row.sealed, f"credential/{row.id}")), expires_at=row.expires_at)
        for row in rows
    )
    purchase = await purchase_of(session, vault, order, delivery, attempt)
    return Revoke(
        attempt.id, purchase, units, contradictions.heard(await contradictions.said_about(session, attempt))
    )


async def record_revocation(
    session: AsyncSession,
    vault: Vault,
    order_id: str,
    attempt_id: str,
    outcome: RevokeOutcome,
    exchange: tuple[str, str],
    now: datetime,
    heard: frozenset[str] = frozenset(),
) -> Revocation:
    """Record what the supplier said to taking a delivery back.

    A callback that came since (`heard` before) and says that it stands has it asked once more. What a case
    found to be gone meanwhile is that case's: an answer that tells nothing new about it changes nothing.
    """
    order = await journal.lock_order(session, order_id)
    attempt = await session.get_one(Attempt, attempt_id)
    delivery = await session.get_one(Delivery, attempt.delivery_id)
    if delivery.state == DeliveryState.REVOKED:
        return Revocation(state=DeliveryState.REVOKED, note=delivery.note)
    await keep_exchange(session, vault, order_id, attempt.id, "revoke", exchange, now)
    said = await contradictions.said_about(session, attempt)
    if contradictions.since(heard, contradictions.said_otherwise(said, attempt, outcome)):
        outcome = RevokePending(timedelta())
    stands = attempt.state in ISSUED and DeliveryState(delivery.state) in CLOSED
    if not stands and not isinstance(outcome, Revoked):
        return Revocation(state=DeliveryState(delivery.state), note=delivery.note, check_at=now + FIRST_CHECK)
    match outcome:
        case Revoked(credited=credited):
            attempt.state, attempt.verify_at = AttemptState.REVOKED.value, None
            all_paid_back(attempt, credited)
            await session.execute(
                update(Credential).where(Credential.attempt_id == attempt.id).values(revoked_at=now)
            )
            step = Step(
                state=DeliveryState.REVOKED,
                next_action=NextAction.DONE,
                offer=delivery.offer,
                note=RevokedBySupplier(),
            )
            journal.follow(session, order, delivery, "delivery.revoked", now, step, units_delivered=0)
            await journal.restate(session, order, now)
            return Revocation(state=DeliveryState.REVOKED)
        case NotRevocable(why=why, in_part=in_part):
            if in_part and attempt.state == AttemptState.DELIVERED:
                attempt.verify_at = now  # the query tells which units are gone, and opens a case
            return _keep(session, order, delivery, attempt, why, now)
        case RevokePending(check_after=wait):
            return _ask_again(session, order, delivery, attempt, wait, SupplierDecides(), now)
        case Uncertain(why=why, after=after):
            return _ask_again(session, order, delivery, attempt, after or FIRST_CHECK, why, now)


def _keep(
    session: AsyncSession, order: Order, delivery: Delivery, attempt: Attempt, why: Note, now: datetime
) -> Revocation:
    """The buyer keeps it: no refund is due for it, and the timeline says why."""
    attempt.kept_at = now
    journal.change(
        session,
        order,
        delivery,
        "delivery.not_revocable",
        now,
        note=Kept(why=why),
        next_action=None,
        next_action_at=None,
    )
    return Revocation(state=DeliveryState(delivery.state), note=delivery.note)


def _ask_again(
    session: AsyncSession,
    order: Order,
    delivery: Delivery,
    attempt: Attempt,
    wait: timedelta,
    why: Note,
    now: datetime,
) -> Revocation:
    """Ask after ever longer waits; after `REVOCATION_WINDOW` the buyer keeps it."""
    attempt.revoking_since = attempt.revoking_since or now
    elapsed = now - attempt.revoking_since
    if elapsed > REVOCATION_WINDOW:
        return _keep(session, order, delivery, attempt, NotRevokedInTime(days=REVOCATION_WINDOW.days), now)
    at = now + min(max(wait, elapsed / 2), LONGEST_REVOCATION_WAIT)
    journal.change(
        session,
        order,
        delivery,
        "delivery.revoking",
        now,
        note=BeingRevoked(why=why),
        next_action="revoke",
        next_action_at=at,
    )
    return Revocation(state=DeliveryState(delivery.state), note=why, check_at=at)
