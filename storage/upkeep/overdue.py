"""What is overdue by the book alone: there has long been something to do, and nobody did it.

What lawfully waits beyond its instant is not: a gate that cannot be decided yet, and a last part that may not
be bought before the others are delivered.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import CLOSED
from domain.fulfilment.steps import NextAction
from domain.keys import case_workflow_id, order_workflow_id
from domain.notes.note import Note
from domain.notes.upkeep import ActionOverdue, DecisionOverdue, NothingOpen, PauseOverdue
from domain.planning.verdict import Verdict
from storage.deliveries.gates import verdict_of
from storage.standing.deliveries import closed_gate_of, open_cases_of, pivot_waits
from storage.standing.due import due_orders
from storage.tables import CaseRow, Delivery, Event, Order


@dataclass(frozen=True)
class Work:
    """An order, or one of its cases (`case` 0: the order itself), as much of it as finds its run."""

    order_id: str
    channel: str
    order_no: str
    case: int = 0

    @property
    def workflow_id(self) -> str:
        """Of the run that works on it."""
        if self.case:
            return case_workflow_id(self.channel, self.order_no, self.case)
        return order_workflow_id(self.channel, self.order_no)

    @property
    def name(self) -> str:
        """As people read it."""
        return f"{self.channel}/{self.order_no}" + (f", case {self.case}" if self.case else "")


async def overdue_orders(
    session: AsyncSession,
    before: datetime,
    now: datetime,
    limit: int,
    only: Collection[str] | None = None,
    *,
    surely: bool = False,
) -> dict[Work, Note]:
    """Open orders of which something was to be done before then, the longest waiting first, and what it was.

    `only`: of these ids. `surely`: without those that may be waiting for something else to happen, of which
    there may be very many.
    """
    last_part = and_(Delivery.pivot, Delivery.tries == 0, Delivery.next_action == NextAction.SUBMIT.value)
    sure = (Delivery.next_action != NextAction.AWAIT.value, ~last_part) if surely else ()
    due = Order.id.in_(due_orders(before, *sure, only=only))
    wanted = select(Order).where(Order.closed_at.is_(None), due)
    found = {}
    for order in list(await session.scalars(wanted.order_by(Order.accepted_at, Order.id).limit(limit))):
        if why := await _overdue(session, order, before, now):
            found[Work(order.id, order.channel, order.order_no)] = why
    return found


async def _overdue(session: AsyncSession, order: Order, before: datetime, now: datetime) -> Note | None:
    """What of an open order was to be done before then; None when nothing was."""
    newest = select(Event.at).where(Event.order_id == order.id, Event.seq == order.last_event)
    last = await session.scalar(newest)
    quiet = last is None or last < before
    planned = select(Delivery).where(Delivery.order_id == order.id, Delivery.next_action_at.is_not(None))
    rows = list(await session.scalars(planned.order_by(Delivery.next_action_at, Delivery.position)))
    cases = await open_cases_of(session, order.id)
    if not rows and not cases and quiet:
        return NothingOpen(since=last or order.accepted_at)
    releasing = any(row.state not in CLOSED for row in rows)
    if releasing and order.paused_until is not None and order.paused_until < before:
        return PauseOverdue(at=order.paused_until)
    for row in rows:
        if row.next_action_at is None or row.next_action_at >= before:
            return None
        if row.id not in cases and not await _may_wait(session, order, row, now, quiet=quiet):
            return _late(row, row.next_action_at)
    return None


async def _may_wait(
    session: AsyncSession, order: Order, row: Delivery, now: datetime, *, quiet: bool
) -> bool:
    """Whether something else has to happen first, or happened so lately that its turn has just come."""
    if row.next_action == NextAction.AWAIT:
        gate = await closed_gate_of(session, row)
        return not quiet or (
            gate is not None and await verdict_of(session, order, gate, now) is Verdict.PENDING
        )
    if row.pivot and not row.tries and row.next_action == NextAction.SUBMIT:
        return not quiet or await pivot_waits(session, order, row)
    return False


async def overdue_cases(session: AsyncSession, before: datetime, limit: int) -> dict[Work, Note]:
    """Open cases of which something was to be done before then, the longest waiting first."""
    late = Delivery.next_action_at < before
    found = await session.execute(
        select(CaseRow, Order, Delivery)
        .join(Order, Order.id == CaseRow.order_id)
        .join(Delivery, Delivery.id == CaseRow.delivery_id)
        .where(CaseRow.closed_at.is_(None), or_(late, CaseRow.deadline < before))
        .order_by(CaseRow.opened_at)
        .limit(limit)
    )
    return {
        Work(order.id, order.channel, order.order_no, case.number): (
            _late(row, row.next_action_at)
            if row.next_action_at and row.next_action_at < before
            else DecisionOverdue(at=case.deadline or before)
        )
        for case, order, row in found
    }


async def open_work(session: AsyncSession, after: str, limit: int) -> list[Work]:
    """Open orders behind this id, and open cases of orders behind it, by the ids of the orders."""
    orders = await session.execute(
        select(Order.id, Order.channel, Order.order_no)
        .where(Order.closed_at.is_(None), Order.id > after)
        .order_by(Order.id)
        .limit(limit)
    )
    work = [Work(*row) for row in orders]
    until = work[-1].order_id if len(work) == limit else None
    cases = (
        select(Order.id, Order.channel, Order.order_no, CaseRow.number)
        .join(Order, Order.id == CaseRow.order_id)
        .where(CaseRow.closed_at.is_(None), Order.id > after)
        .order_by(Order.id, CaseRow.number)
    )
    if until is not None:
        cases = cases.where(Order.id <= until)
    return [*work, *(Work(*row) for row in await session.execute(cases.limit(limit)))]


def _late(row: Delivery, at: datetime) -> Note:
    return ActionOverdue(component=row.component, number=row.number, action=row.next_action or "", at=at)
