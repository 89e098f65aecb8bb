"""Asking again about what was delivered: a supplier may take a success back."""

from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import GIVEN_UP_ATTEMPTS, NOBODYS, AttemptState, DeliveryState
from domain.fulfilment.waits import FIRST_CHECK, check_interval
from domain.messages import DueVerification, VerificationBatch
from domain.notes.aftercare import (
    AskedWhetherItStands,
    CostUnconfirmed,
    LastTime,
    RevokedLater,
    StandsUnconfirmed,
)
from domain.notes.general import both
from domain.requests import Reply
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import Delivered, PartlyDelivered, QueryOutcome, Receipt, Rejected, Uncertain
from storage.aftercare.cases import held_by_reversal
from storage.base import journal
from storage.base.sealing import Vault
from storage.deliveries.by_hand import HANDED_IN
from storage.purchasing import surfaced
from storage.purchasing.attempts import Ask, Decided, ask
from storage.purchasing.costs import all_paid_back, keep_cost
from storage.purchasing.outcomes import keep_exchange
from storage.supply import contradictions
from storage.tables import Attempt, Credential, Delivery, Order

MOST_UNCLEAR_ANSWERS = 12
"""After so many answers in a row that say neither yes nor no, the delivery is taken to stand."""
FIRST_WAIT = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=1)
"""Between questions that are not answered. Twelve of them outlast an outage of a week."""
AT_A_TIME = 50
"""Of one connection."""


STANDS = and_(Attempt.state == AttemptState.DELIVERED.value, Attempt.code.is_(None))
SOLD = or_(
    STANDS,
    and_(
        Attempt.verify_at.is_not(None),
        or_(Attempt.state.in_(NOBODYS), Attempt.code == HANDED_IN),
    ),
)
"""Purchases that delivered; and those of which the book only wants to know what they cost."""


GIVEN_UP = [state.value for state in GIVEN_UP_ATTEMPTS]


async def due_verifications(session: AsyncSession, now: datetime) -> list[VerificationBatch]:
    """Deliveries that are to be asked about by now: of each connection those that wait longest."""
    place = func.row_number().over(partition_by=Attempt.connection, order_by=Attempt.verify_at)
    asked = or_(SOLD, Attempt.state.in_(GIVEN_UP))
    due = select(Attempt, place.label("place")).where(Attempt.verify_at <= now, asked).subquery()
    rows = await session.execute(
        select(
            due.c.connection,
            due.c.number,
            due.c.state,
            due.c.delivery_id,
            Delivery.order_id,
        )
        .join(Delivery, Delivery.id == due.c.delivery_id)
        .where(due.c.place <= AT_A_TIME)
        .order_by(due.c.connection, due.c.place)
    )
    found: dict[str, list[DueVerification]] = {}
    for connection, number, state, delivery_id, order_id in rows:
        refused = number if state in GIVEN_UP else 0
        each = DueVerification(order_id=order_id, delivery_id=delivery_id, refused=refused)
        found.setdefault(connection, []).append(each)
    return [
        VerificationBatch(connection=connection, deliveries=refs, more=len(refs) == AT_A_TIME)
        for connection, refs in found.items()
    ]


async def begin_verification(
    session: AsyncSession,
    vault: Vault,
    order_id: str,
    delivery_id: str,
    connection: str,
    *,
    refused: int = 0,
    due: datetime | None = None,
) -> Ask | Decided:
    """What was delivered from this connection, to ask about, or the given up purchase of this number.

    Else where the delivery stands: what another supplier sold is no question to this one.

    `due`: of several, the one that was to be asked about by then, also if only to learn what it cost.
    """
    order = await journal.lock_order(session, order_id)
    delivery = await session.get_one(Delivery, delivery_id)
    given_up = and_(Attempt.state.in_(GIVEN_UP), Attempt.number == refused)
    sold = STANDS if due is None else and_(SOLD, Attempt.verify_at <= due)
    wanted = given_up if refused else sold
    here = (Attempt.delivery_id == delivery_id, Attempt.connection == connection)
    attempt = await session.scalar(select(Attempt).where(*here, wanted).limit(1))
    if attempt is None:
        return Decided(Reply(delivery=journal.snapshot_of(delivery)))
    return await ask(
        session, vault, order, delivery, attempt, await contradictions.said_about(session, attempt)
    )


async def record_in_batch(
    session: AsyncSession,
    order_id: str,
    attempt_id: str,
    outcome: QueryOutcome,
    capabilities: Capabilities,
    now: datetime,
    heard: frozenset[str] = frozenset(),
) -> bool:
    """Whether a delivery still stands, by this answer; when it is asked about next is written down.

    One that does not is left to a case, which asks again by itself. One about which a callback came since
    it was asked (`heard` before) is asked about once more. One of which nothing can be learnt is not
    asked about for ever, and its timeline says so.
    """
    order = await journal.lock_order(session, order_id)
    attempt = await session.get_one(Attempt, attempt_id, with_for_update=True)
    said = await contradictions.said_about(session, attempt)
    if contradictions.since(heard, contradictions.said_otherwise(said, attempt, outcome)):
        attempt.verify_at = now
        return True
    if attempt.state in GIVEN_UP:
        surfaced.record(session, order, attempt, outcome, now)
        return True
    for_its_cost = attempt.state in NOBODYS or attempt.code == HANDED_IN
    stands = for_its_cost or not isinstance(outcome, Rejected | PartlyDelivered)
    if isinstance(outcome, Delivered):
        untold = attempt.charged_amount is None
        keep_cost(attempt, outcome.receipt)
        attempt.verifications += not (untold and attempt.charged_amount is not None)
        later = capabilities.verify_after[attempt.verifications : attempt.verifications + 1]
        attempt.verify_at = now + later[0] if later else None
        attempt.checks = 0
    elif isinstance(outcome, Rejected | PartlyDelivered):
        keep_cost(attempt, outcome.receipt)
        if for_its_cost and isinstance(outcome, Rejected) and outcome.receipt.charged is None:
            all_paid_back(attempt)
        attempt.verify_at = None if for_its_cost else now + FIRST_WAIT
    elif isinstance(outcome, Uncertain) and outcome.after is not None:  # too busy to tell, which is no answer
        attempt.verify_at = now + max(outcome.after, FIRST_WAIT)
    else:
        attempt.verify_at = now + min(FIRST_WAIT * 2 ** min(attempt.checks, 10), LONGEST_WAIT)
        attempt.checks += 1
        if attempt.checks >= MOST_UNCLEAR_ANSWERS:
            attempt.verify_at = None
            delivery = await session.get_one(Delivery, attempt.delivery_id)
            what = CostUnconfirmed if for_its_cost else StandsUnconfirmed
            note = both(delivery.note, what(times=attempt.checks))
            if isinstance(outcome, Uncertain):
                note = both(note, LastTime(why=outcome.why))
            journal.change(session, order, delivery, "delivery.verification_ended", now, note=note)
    return stands


async def record_verification(
    session: AsyncSession,
    vault: Vault,
    order_id: str,
    attempt_id: str,
    outcome: QueryOutcome,
    exchange: tuple[str, str],
    asked_before: int,
    now: datetime,
    heard: frozenset[str] = frozenset(),
) -> Snapshot:
    """Record what a supplier says about a delivery that it may have revoked, and return where it stands.

    A delivered one whose next action is to `check` means that the answer says neither yes nor no: ask again.
    """
    order = await journal.lock_order(session, order_id)
    attempt = await session.get_one(Attempt, attempt_id)
    delivery = await session.get_one(Delivery, attempt.delivery_id)
    stood = attempt.state == AttemptState.DELIVERED and attempt.code is None
    if delivery.state != DeliveryState.DELIVERED or not stood:
        return journal.snapshot_of(delivery)
    await keep_exchange(session, vault, order_id, attempt.id, "verification", exchange, now)
    said = await contradictions.said_about(session, attempt)
    against = contradictions.said_otherwise(said, attempt, outcome)
    if contradictions.since(heard, against) and asked_before < MOST_UNCLEAR_ANSWERS:
        wait = timedelta() if len(against) <= contradictions.MOST_AT_ONCE else check_interval(asked_before)
        return _asked_again(delivery, now + wait)
    match outcome:
        case Rejected(receipt=receipt):
            _close(attempt, AttemptState.REVOKED, receipt, now)
            if receipt.charged is None:
                all_paid_back(attempt)
            gone = update(Credential).where(Credential.attempt_id == attempt.id)
            await session.execute(gone.values(revoked_at=now))
            return await _hold(session, order, delivery, 0, now)
        case PartlyDelivered(units=units, receipt=receipt):
            _close(attempt, AttemptState.PARTIAL, receipt, now)
            return await _hold(session, order, delivery, len(units), now)
        case Delivered():
            return journal.snapshot_of(delivery)
    if asked_before >= MOST_UNCLEAR_ANSWERS:
        return journal.snapshot_of(delivery)
    wait = max(check_interval(asked_before), getattr(outcome, "after", None) or FIRST_CHECK)
    return _asked_again(delivery, now + wait)


def _asked_again(delivery: Delivery, at: datetime) -> Snapshot:
    asked = journal.snapshot_of(delivery).checked(at)
    return asked.model_copy(update={"note": AskedWhetherItStands()})


async def _hold(
    session: AsyncSession, order: Order, delivery: Delivery, left: int, now: datetime
) -> Snapshot:
    note = RevokedLater(units=delivery.units - left, of=delivery.units)
    step = held_by_reversal(order, delivery, note, now)
    held = journal.follow(
        session, order, delivery, "delivery.reversed", now, step, by_case=True, units_delivered=left
    )
    await journal.restate(session, order, now)
    return held


def _close(attempt: Attempt, state: AttemptState, receipt: Receipt, now: datetime) -> None:
    attempt.state, attempt.verify_at, attempt.closed_at = state.value, None, now
    keep_cost(attempt, receipt)
