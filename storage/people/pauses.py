"""A paused order goes on: by somebody's act, or by itself at the instant that was asked for."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import BY_A_PAUSE
from domain.fulfilment.pauses import as_text, length
from domain.messages import OrderActed, PauseRef
from domain.notes.note import Note
from domain.notes.people import MovedBy, PauseOver
from domain.verbs.human_act import OURS, By
from domain.verbs.verb import Act
from storage.base import journal
from storage.deliveries.holds import go_on
from storage.money.chargebacks import owe_again
from storage.money.refunds import payment_is_gone
from storage.people.moved import moved, open_deliveries
from storage.people.shifting import shift_schedule
from storage.standing.deliveries import open_cases_of
from storage.standing.pauses import pause_of
from storage.tables import ActRow, CaseRow, Delivery, GateRow, Order

ITSELF = "perkflow"
"""Who lets an order go on at the end of its pause."""


async def end_pause(session: AsyncSession, ref: PauseRef, now: datetime) -> OrderActed:
    """Let a paused order go on at the end of its pause; one that is paused otherwise by now stays so.

    It is written down as an act is, so that each run hears of it that should have.
    """
    order = await journal.lock_order(session, ref.order_id)
    pause = pause_of(order)
    waiting = await open_deliveries(session, order)
    cases = await open_cases_of(session, order.id)
    if pause is None or pause.until != ref.until:
        acted = moved(order, [each for each in waiting if each.id not in cases])
        gates = await has_closed_gates(session, order)
        return acted.model_copy(update={"pause": pause, "gates_moved": gates})
    note = PauseOver(at=ref.until)
    by = By(ITSELF, "the pause was to end then", f"{OURS}resume-{order.last_event + 1}")
    session.add(
        ActRow(
            order_id=order.id,
            request_id=by.request_id,
            delivery_id="",
            act=Act.RESUME.value,
            actor=by.actor,
            reason=by.reason,
            at=now,
            digest="",
            case_number=None,
        )
    )
    return await let_go_on(session, order, note, by, now, waiting, cases, shift=pause.shift)


async def let_go_on(
    session: AsyncSession,
    order: Order,
    note: Note,
    by: By,
    now: datetime,
    waiting: list[Delivery],
    cases: Mapping[str, CaseRow],
    *,
    shift: bool,
) -> OrderActed:
    """End the pause of a locked order; what was held for it or by hand goes on, `waiting` being what is open.

    What was given up while its payment was gone is owed again. With `shift`, what is not released and no
    case is about moves first, by the length of the pause. Of what an open case is about, that case's run is
    to be notified.
    """
    pause, since = pause_of(order), order.paused_at or now
    by_length = length(since, pause.ends(now) if pause else now)
    was_gone = payment_is_gone(order)
    order.paused_at = order.paused_for = order.paused_note = order.paused_until = None
    order.pause_shifts = False
    told = MovedBy(why=note, length=as_text(by_length)) if shift else note
    journal.record(session, order, "order.resumed", now, by=by, note=told)
    if was_gone:
        await owe_again(session, order, now)
    ours = [each for each in waiting if each.id not in cases]
    shifted = await shift_schedule(session, order, ours, since, by_length, now) if shift else []
    held = [delivery for delivery in waiting if delivery.hold_reason in BY_A_PAUSE]
    for delivery in held:
        await go_on(session, order, delivery, now, note)
    await journal.restate(session, order, now, settled=order.closed_at is not None)
    changed = {each.id for each in (*shifted, *held)}
    acted = moved(order, [each for each in ours if each.id in changed])
    gates = shift and await has_closed_gates(session, order)
    return acted.model_copy(update={"gates_moved": gates})


async def has_closed_gates(session: AsyncSession, order: Order) -> bool:
    """Whether anything of an order waits for more than its instants."""
    closed = select(GateRow.component).where(GateRow.order_id == order.id, GateRow.verdict.is_(None))
    return await session.scalar(closed.limit(1)) is not None
