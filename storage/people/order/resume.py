"""A paused order goes on."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import FOR_THE_PAYMENT
from domain.messages import OrderActed
from domain.notes.note import say
from domain.notes.people import ResumedBy
from domain.notes.words import Language
from domain.verbs.human_act import HumanAct
from domain.verbs.order.resume import resume_refusal
from storage.base.requests import ActRefused, first_time
from storage.people.moved import moved, open_deliveries
from storage.people.pauses import has_closed_gates, let_go_on
from storage.standing.deliveries import open_cases_of
from storage.tables import Order


async def apply(session: AsyncSession, order: Order, request: HumanAct, now: datetime) -> OrderActed:
    """Let it go on with all that was held for it or by hand. Raises ActRefused.

    A repeat tells again where what is open
    stands, since the run may not know it yet.
    """
    waiting = await open_deliveries(session, order)
    cases = await open_cases_of(session, order.id)
    if not await first_time(session, request, now):
        acted = moved(order, [each for each in waiting if each.id not in cases])
        gates = request.shift and await has_closed_gates(session, order)
        return acted.model_copy(update={"gates_moved": gates})
    charged_back = order.paused_for in FOR_THE_PAYMENT
    paused = None if order.paused_for is None else say(order.paused_note, Language.EN)
    if why := resume_refusal(paused=paused, charged_back=charged_back, paid=request.paid):
        raise ActRefused(why)
    note, shift = ResumedBy(actor=request.actor, reason=request.reason), request.shift or order.pause_shifts
    return await let_go_on(session, order, note, request.by, now, waiting, cases, shift=shift)
