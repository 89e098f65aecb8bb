"""Nothing more of an order is released."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.pauses import Pause
from domain.messages import OrderActed
from domain.notes.note import Note, say
from domain.notes.people import PausedBy, pause_told
from domain.notes.words import Language
from domain.verbs.human_act import By, HumanAct
from domain.verbs.order.pause import pause_refusal
from storage.base import journal
from storage.base.requests import ActRefused, first_time
from storage.standing.pauses import pause_of
from storage.tables import Order


async def apply(session: AsyncSession, order: Order, request: HumanAct, now: datetime) -> OrderActed:
    """Pause it until it is resumed, or until an instant. Raises ActRefused.

    Of one that a person paused before, the end and what becomes of its schedule are as they were asked for
    last; it is paused since then all the same.
    """
    if await first_time(session, request, now):
        before = pause_of(order)
        wanted = Pause(since=before.since if before else now, until=request.until, shift=request.shift)
        why = pause_refusal(
            closed=order.state if order.closed_at is not None else "",
            paused=None if order.paused_for is None else say(order.paused_note, Language.EN),
            changes=before is not None and before != wanted,
            until=request.until,
            now=now,
        )
        if why:
            raise ActRefused(why)
        note = PausedBy(actor=request.actor, reason=request.reason)
        set_paused(session, order, HoldReason.BY_OPERATOR, note, now, request.by, wanted)
    return OrderActed(order_id=order.id)


def set_paused(
    session: AsyncSession,
    order: Order,
    reason: HoldReason,
    note: Note,
    now: datetime,
    by: By | None = None,
    pause: Pause | None = None,
) -> None:
    """Pause a locked order; whatever would be bought from now on is held for this reason.

    `pause`: as it was asked for; None: from now on, until somebody ends it.
    """
    pause = pause or Pause(since=now)
    order.paused_at, order.paused_for, order.paused_note = pause.since, reason.value, note
    order.paused_until, order.pause_shifts = pause.until, pause.shift
    told = pause_told(note, pause.until, shift=pause.shift)
    journal.record(session, order, "order.paused", now, by=by, hold_reason=reason.value, note=told)
