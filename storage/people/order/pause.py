"""Nothing more of an order is released."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import HoldReason
from domain.messages import OrderActed
from domain.verbs.human_act import By, HumanAct
from domain.verbs.order.pause import pause_refusal
from storage.base import journal
from storage.base.requests import ActRefused, first_time
from storage.tables import Order


async def apply(session: AsyncSession, order: Order, request: HumanAct, now: datetime) -> OrderActed:
    """Pause it until it is resumed. Raises ActRefused."""
    if await first_time(session, request, now):
        closed = order.state if order.closed_at is not None else ""
        paused = None if order.paused_for is None else f"{order.paused_note}"
        if why := pause_refusal(closed=closed, paused=paused):
            raise ActRefused(why)
        note = f"paused by {request.actor}: {request.reason}"
        set_paused(session, order, HoldReason.BY_OPERATOR, note, now, request.by)
    return OrderActed(order_id=order.id)


def set_paused(
    session: AsyncSession,
    order: Order,
    reason: HoldReason,
    note: str,
    now: datetime,
    by: By | None = None,
) -> None:
    """Pause a locked order; whatever would be bought from now on is held for this reason."""
    order.paused_at, order.paused_for, order.paused_note = now, reason.value, note
    journal.record(session, order, "order.paused", now, by=by, hold_reason=reason.value, note=note)
