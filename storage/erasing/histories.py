"""Which orders' buyers were erased from the book while Temporal still has histories about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import OrderState
from domain.keys import case_workflow_id, order_workflow_id
from storage.tables import CaseRow, Order


@dataclass(frozen=True)
class Histories:
    """What Temporal is to forget about an order, and about what was rejected under its number before."""

    workflow_ids: Sequence[str]
    erased_at: datetime
    number_is_free: bool
    """All under this number were rejected, so a run that is not over may be that of another order."""


async def unfinished(session: AsyncSession, limit: int) -> list[str]:
    """Orders of which Temporal may still have histories, those erased longest ago first."""
    erased = select(Order.id).where(Order.erased_at.is_not(None), Order.histories_erased_at.is_(None))
    return list(await session.scalars(erased.order_by(Order.erased_at, Order.id).limit(limit)))


async def histories_of(session: AsyncSession, order_id: str) -> Histories | None:
    """What Temporal is to forget about an order; None for one whose buyer was not erased."""
    order = await session.get(Order, order_id)
    if order is None or order.erased_at is None:
        return None
    found = await session.execute(
        select(Order.state, CaseRow.number)
        .outerjoin(CaseRow, CaseRow.order_id == Order.id)
        .where(Order.channel == order.channel, Order.order_no == order.order_no)
        .order_by(CaseRow.number)
    )
    rows = found.all()
    cases = [case_workflow_id(order.channel, order.order_no, number) for _, number in rows if number]
    free = all(state == OrderState.REJECTED for state, _ in rows)
    return Histories([order_workflow_id(order.channel, order.order_no), *cases], order.erased_at, free)


async def finished(session: AsyncSession, order_id: str, now: datetime) -> None:
    """Write down that Temporal has forgotten an order."""
    await session.execute(update(Order).where(Order.id == order_id).values(histories_erased_at=now))
