"""Cases: aftercare of one delivery, on open and closed orders alike.

Opening one is the intent, written before its run is started. Only a case opens a closed delivery again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.cases import CASES, CaseKind, case_refusal
from domain.fulfilment.holds import HoldReason
from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import NextAction, Step, hold_step
from domain.fulfilment.waits import for_people
from domain.messages import CaseBrief, CaseRef, CaseResult
from domain.money import Money
from domain.notes.aftercare import (
    CaseOpened,
    EndedAs,
    PaidOutOfGoodwill,
    RefundDecidedAgain,
    RefundFailed,
    RefundNotDecided,
    RefundSettledElsewhere,
    Reissued,
    Replaced,
)
from domain.notes.general import Because, saying
from domain.notes.note import Note
from domain.notes.words import Language
from domain.verbs.human_act import OURS, By, HumanAct
from storage.aftercare.target import target_of
from storage.aftercare.writing_off import write_off
from storage.base import journal
from storage.base.requests import answered, first_time
from storage.money import refunds
from storage.orders.recall import brief_of
from storage.standing.deliveries import bought_anew
from storage.tables import CaseRow, Delivery, Order


class CaseRefused(Exception):
    """No such case can be opened as things stand; the text says why."""


@dataclass(frozen=True)
class CaseToRun:
    """A case, as much of it as it takes to start its run or to find it."""

    order_id: str
    channel: str
    order_no: str
    number: int
    kind: CaseKind
    delivery_id: str
    closed: bool
    lang: Language

    @property
    def ref(self) -> CaseRef:
        """How activities name it."""
        return CaseRef(order_id=self.order_id, number=self.number, lang=self.lang)


async def open_case(
    session: AsyncSession,
    order_id: str,
    delivery_id: str,
    kind: CaseKind,
    *,
    actor: str,
    reason: str,
    now: datetime,
    request_id: str = "",
    unusable: bool = False,
) -> CaseToRun:
    """Write a case down, once per `request_id`; one of the same kind that is open is joined.

    `unusable`: somebody made sure that what was delivered cannot be used. Raises CaseRefused, LookupError.
    """
    order = await journal.lock_order(session, order_id)
    by = By(actor, reason, request_id)
    delivery = await session.get_one(Delivery, delivery_id)
    rows = list(await session.scalars(select(CaseRow).where(CaseRow.order_id == order_id)))
    for row in rows:
        is_open = row.delivery_id == delivery_id and row.closed_at is None
        if row.request_id == request_id:
            return _open(order, row)
        if is_open and row.kind == kind:
            if request_id:
                about = {"case": row.number, "delivery": delivery_id}
                journal.record(session, order, "case.joined", now, by=by, **about)
            return _open(order, row)
        if is_open:
            raise CaseRefused(f"case {row.number} about it is open ({row.kind}): go on with that one")
    target = await target_of(session, order, delivery, unusable=unusable)
    why = case_refusal(kind, target)
    if why is not None:
        raise CaseRefused(why)
    number = max((row.number for row in rows), default=0) + 1
    waits = kind is CaseKind.REFUND_FAILED
    deadline = now + for_people(timedelta(seconds=order.hold_seconds)) if waits else None
    row = CaseRow(
        order_id=order_id,
        number=number,
        delivery_id=delivery_id,
        kind=kind.value,
        request_id=request_id or f"{OURS}{kind}-{number}",
        actor=actor,
        reason=reason,
        opened_at=now,
        deadline=deadline,
        next_action_at=deadline or now,
    )
    session.add(row)
    note = saying(CaseOpened(kind=kind.value, actor=actor), reason)
    journal.record(session, order, "case.opened", now, by=by, case=number, delivery=delivery_id, note=note)
    return _open(order, row)


async def open_asked_for(
    session: AsyncSession, request: HumanAct, kind: CaseKind, now: datetime
) -> CaseToRun:
    """Open the case that a person asks for, or join the one there is, once per request.

    Raises CaseRefused, ActRefused, LookupError.
    """
    order = await journal.lock_order(session, request.order_id)
    before = await answered(session, request)
    if before is not None:
        return _open(order, await session.get_one(CaseRow, (order.id, before.case)))
    case = await open_case(
        session,
        order.id,
        request.delivery_id,
        kind,
        actor=request.actor,
        reason=request.reason,
        now=now,
        request_id=request.request_id,
        unusable=request.unusable,
    )
    await first_time(session, request, now, case=case.number)
    return case


async def open_case_about(session: AsyncSession, delivery_id: str) -> CaseToRun | None:
    """The case about a delivery that is open, if there is one."""
    found = select(CaseRow).where(CaseRow.delivery_id == delivery_id, CaseRow.closed_at.is_(None))
    row = await session.scalar(found)
    return _open(await session.get_one(Order, row.order_id), row) if row else None


async def case_to_run(session: AsyncSession, order_id: str, number: int) -> CaseToRun | None:
    """A case of an order by its number."""
    row = await session.get(CaseRow, (order_id, number))
    return _open(await session.get_one(Order, order_id), row) if row else None


async def open_cases(session: AsyncSession, limit: int, due_before: datetime) -> list[CaseToRun]:
    """Cases with something to do by then, the longest waiting first."""
    due = or_(CaseRow.next_action_at.is_(None), CaseRow.next_action_at <= due_before)
    rows = await session.scalars(
        select(CaseRow).where(CaseRow.closed_at.is_(None), due).order_by(CaseRow.opened_at).limit(limit)
    )
    return [_open(await session.get_one(Order, row.order_id), row) for row in list(rows)]


async def begin_case(session: AsyncSession, ref: CaseRef) -> CaseBrief:
    """What a case's run starts from, as the book stands now. Raises OrderMissing."""
    await journal.lock_order(session, ref.order_id)
    row = await session.get(CaseRow, (ref.order_id, ref.number))
    if row is None:
        raise journal.OrderMissing(f"no case {ref.number} of {ref.order_id} in the book")
    delivery = await session.get_one(Delivery, row.delivery_id)
    brief = brief_of(delivery)
    if row.kind == CaseKind.REFUND_FAILED and row.outcome is None and row.closed_at is None:
        brief = brief.model_copy(update={"step": _waiting(row, delivery)})
    return CaseBrief(
        kind=CaseKind(row.kind), delivery=brief, deadline=row.deadline, closed=row.closed_at is not None
    )


async def reopen(session: AsyncSession, ref: CaseRef, now: datetime) -> Snapshot:
    """Buy again what was revoked or cannot be used, from its first offer; anything else stays as it is."""
    order = await journal.lock_order(session, ref.order_id)
    row = await session.get_one(CaseRow, (ref.order_id, ref.number))
    delivery = await session.get_one(Delivery, row.delivery_id)
    useless = CASES[CaseKind(row.kind)].writes_off and delivery.state == DeliveryState.DELIVERED
    if useless and not await bought_anew(session, row):
        await write_off(session, delivery, now)
    elif delivery.state != DeliveryState.REVOKED:
        return journal.snapshot_of(delivery)
    note = Replaced(case=row.number) if useless else Reissued(case=row.number)
    step = Step(
        state=DeliveryState.IN_PROGRESS,
        next_action=NextAction.SUBMIT,
        at=now,
        note=note,
    )
    stands = journal.follow(
        session,
        order,
        delivery,
        "delivery.reopened",
        now,
        step,
        by_case=True,
        units_delivered=0,
        delivered_at=None,
        revealed_at=None,
    )
    await journal.restate(session, order, now)
    return stands


def held_by_reversal(order: Order, delivery: Delivery, note: Note, now: datetime) -> Step:
    """The hold of a delivery that its supplier revoked: for a person, who may have another one bought."""
    deadline = now + timedelta(seconds=order.hold_seconds)
    return hold_step(HoldReason.NEEDS_ATTENTION, note, now, deadline, delivery.offer)


async def close_case(session: AsyncSession, ref: CaseRef, now: datetime) -> CaseResult:
    """Close a case whose delivery is closed, and decide what is owed for it. Repeating changes nothing."""
    order = await journal.lock_order(session, ref.order_id)
    row = await session.get_one(CaseRow, (ref.order_id, ref.number))
    delivery = await session.get_one(Delivery, row.delivery_id)
    if row.closed_at is None:
        if CASES[CaseKind(row.kind)].pays_back:
            paid = await refunds.decide_out_of_goodwill(session, order, delivery, now)
            row.outcome = PaidOutOfGoodwill() if paid else RefundNotDecided()
        elif row.kind != CaseKind.REFUND_FAILED:
            await refunds.decide_refund(session, order, delivery, now)
            ended = EndedAs(state=delivery.state)
            row.outcome = Because(what=ended, why=delivery.note) if delivery.note else ended
        elif not isinstance(row.outcome, RefundSettledElsewhere):
            again = await refunds.decide_again(session, order, delivery, now)
            row.outcome = RefundDecidedAgain() if again else RefundNotDecided()
        row.closed_at, row.next_action_at = now, None
        journal.record(session, order, "case.closed", now, case=row.number, outcome=row.outcome)
        await journal.restate(session, order, now, settled=order.closed_at is not None)
    owed = await refunds.owed_for(session, delivery.id)
    return CaseResult(
        outcome=row.outcome,
        state=DeliveryState(delivery.state),
        refund=Money(amount=owed, currency=order.currency) if owed else None,
    )


def _waiting(row: CaseRow, delivery: Delivery) -> Snapshot:
    return Snapshot(
        state=DeliveryState(delivery.state),
        next_action=NextAction.HOLD,
        reason=HoldReason.PAYMENT,
        deadline=row.deadline,
        offer=delivery.offer,
        note=RefundFailed(),
    )


def _open(order: Order, row: CaseRow) -> CaseToRun:
    return CaseToRun(
        order_id=order.id,
        channel=order.channel,
        order_no=order.order_no,
        number=row.number,
        kind=CaseKind(row.kind),
        delivery_id=row.delivery_id,
        closed=row.closed_at is not None,
        lang=Language(order.lang),
    )
