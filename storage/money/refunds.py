"""Refunds: decided here; the channel moves the money, or says that it could not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.cases import CaseKind
from domain.fulfilment.holds import FOR_THE_PAYMENT
from domain.fulfilment.refunds import refund_due
from domain.fulfilment.states import DeliveryState, RefundState
from domain.keys import refund_id
from domain.notes.aftercare import OwedOutOfGoodwill, PaidTwice
from domain.notes.note import Note
from domain.notes.upkeep import OwedAgain, OwedFor
from domain.verbs.human_act import By
from storage.base import journal
from storage.tables import CaseRow, Delivery, Order, Refund

OWED = (RefundState.DECIDED.value, RefundState.CONFIRMED.value)


class RefundRefused(Exception):
    """What the channel says of a refund contradicts the book; the text is for the channel."""


@dataclass(frozen=True)
class Owed:
    """A refund that failed, and its open case."""

    row: CaseRow
    delivery: Delivery


@dataclass(frozen=True)
class RefundOutcome:
    """What became of a refund at the channel, and whether that is news."""

    order_id: str
    delivery_id: str
    refund_id: str
    state: RefundState
    news: bool


def payment_is_gone(order: Order) -> bool:
    """Whether the buyer's bank has taken the payment back, so that nothing is owed."""
    return order.paused_for in FOR_THE_PAYMENT


async def decide_refund(session: AsyncSession, order: Order, row: Delivery, now: datetime) -> None:
    """Decide what is owed for a closed delivery, beyond what was decided before.

    More becomes owed when what a delivery had kept is revoked after its refund was decided. Nothing is
    while the buyer's bank has taken the payment back: see `storage.money.chargebacks`.
    """
    if payment_is_gone(order):
        return
    amount = _due(row)
    if amount == 0:
        return
    decided = await decided_for(session, row.id)
    if amount > decided:
        await _decide(
            session, order, row, amount - decided, OwedFor(component=row.component, state=row.state), now
        )


def is_owed_for(row: Delivery) -> bool:
    """Whether anything of a delivery's share is to be paid back, decided or not."""
    return _due(row) > 0


def _due(row: Delivery) -> int:
    return refund_due(
        DeliveryState(row.state), row.share_amount, row.units, row.units_delivered, waived=row.waived
    )


async def decide_out_of_goodwill(session: AsyncSession, order: Order, row: Delivery, now: datetime) -> bool:
    """Owe what was paid for a delivery that the buyer keeps, beyond what was decided before.

    False where that is nothing, or the buyer's bank has taken the payment back.
    """
    left = row.share_amount - await decided_for(session, row.id)
    if left <= 0 or payment_is_gone(order):
        return False
    await _decide(session, order, row, left, OwedOutOfGoodwill(component=row.component), now)
    return True


async def decided_for(session: AsyncSession, delivery_id: str) -> int:
    """Minor units that were decided for one delivery, whatever became of them; what failed counts once."""
    return sum(await session.scalars(select(Refund.amount).where(_stands(Refund.delivery_id == delivery_id))))


async def decide_again(session: AsyncSession, order: Order, row: Delivery, now: datetime) -> bool:
    """Decide every refund that failed once more, with the same amount; False where nothing is owed now."""
    if payment_is_gone(order):
        return False
    failed = await session.scalars(
        select(Refund).where(_stands(Refund.delivery_id == row.id), Refund.state == RefundState.FAILED.value)
    )
    for refund in list(failed):
        await _decide(
            session, order, row, refund.amount, OwedAgain(first=refund.reason), now, instead_of=refund
        )
    return True


async def record_outcome(
    session: AsyncSession, refund_id: str, *, confirmed: bool, note: str, now: datetime, actor: str = ""
) -> RefundOutcome:
    """Record that the channel moved a refund's money, or that it could not.

    Money that was moved is written down, also where it was not owed any more; the words for it are not, once
    the buyer was erased. The same outcome again changes nothing. Raises LookupError, RefundRefused.
    """
    found = await session.get(Refund, refund_id)
    if found is None:
        raise LookupError(f"there is no refund {refund_id} in the book")
    order = await journal.lock_order(session, found.order_id, even_erased=True)
    refund = await session.get_one(Refund, refund_id, populate_existing=True)
    state = RefundState.CONFIRMED if confirmed else RefundState.FAILED
    news = refund.state in (RefundState.DECIDED, RefundState.WITHHELD)
    if news:
        note = "" if order.erased_at is not None else note
        refund.state, refund.settled_at, refund.outcome_note = state.value, now, note
        twice = {"note": PaidTwice()} if confirmed and payment_is_gone(order) else {}
        told: dict[str, Any] = {
            "delivery": refund.delivery_id,
            "refund": refund.id,
            "amount": refund.amount,
            **twice,
        }
        by = By(actor, note, refund.id)
        journal.record(session, order, f"refund.{state}", now, by=by, **told)
        delivery = await session.get_one(Delivery, refund.delivery_id)
        nothing_kept = delivery.units_delivered == 0
        lost = delivery.state in (DeliveryState.FAILED, DeliveryState.REVOKED)
        if confirmed and nothing_kept and lost and await _all_confirmed(session, delivery.id):
            refunded = DeliveryState.REFUNDED.value
            journal.change(session, order, delivery, "delivery.refunded", now, state=refunded)
            await journal.restate(session, order, now, settled=order.closed_at is not None)
    elif refund.state != state:
        raise RefundRefused(f"refund {refund.id} was reported as {refund.state} already")
    return RefundOutcome(refund.order_id, refund.delivery_id, refund.id, state, news)


async def open_refund(session: AsyncSession, delivery_id: str) -> Owed | None:
    """The open case about a refund of this delivery that failed, if there is one."""
    row = await session.scalar(
        select(CaseRow).where(
            CaseRow.delivery_id == delivery_id,
            CaseRow.kind == CaseKind.REFUND_FAILED.value,
            CaseRow.closed_at.is_(None),
        )
    )
    return Owed(row, await session.get_one(Delivery, delivery_id)) if row else None


async def owed_for(session: AsyncSession, delivery_id: str) -> int:
    """Minor units owed for one delivery: decided or moved."""
    return sum(await session.scalars(_owed(Refund.delivery_id == delivery_id)))


async def owed_in_all(session: AsyncSession, order_id: str) -> int:
    """Minor units owed for a whole order: decided or moved."""
    return sum(await session.scalars(_owed(Refund.order_id == order_id)))


async def _all_confirmed(session: AsyncSession, delivery_id: str) -> bool:
    await session.flush()
    open_ones = _stands(Refund.delivery_id == delivery_id), Refund.state != RefundState.CONFIRMED.value
    return await session.scalar(select(Refund.id).where(*open_ones).limit(1)) is None


def _owed(condition: ColumnElement[bool]) -> Select[int]:
    return select(Refund.amount).where(condition, Refund.state.in_(OWED))


def _stands(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Refunds that no other one was decided instead of."""
    return and_(condition, Refund.replaced_by.is_(None))


async def _decide(
    session: AsyncSession,
    order: Order,
    row: Delivery,
    amount: int,
    reason: Note,
    now: datetime,
    *,
    instead_of: Refund | None = None,
) -> None:
    before = select(func.count()).where(Refund.delivery_id == row.id)
    number = int(await session.scalar(before) or 0) + 1
    refund = Refund(
        id=refund_id(order.channel, order.order_no, *row.place, number),
        delivery_id=row.id,
        number=number,
        order_id=order.id,
        amount=amount,
        currency=order.currency,
        state=RefundState.DECIDED.value,
        reason=reason,
        decided_at=now,
    )
    session.add(refund)
    await session.flush()
    if instead_of is not None:
        instead_of.replaced_by = refund.id
    journal.record(session, order, "refund.decided", now, delivery=row.id, refund=refund.id, amount=amount)
