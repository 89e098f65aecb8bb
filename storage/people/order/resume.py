"""A paused order goes on."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import BY_A_PAUSE, FOR_THE_PAYMENT
from domain.messages import OrderActed
from domain.verbs.human_act import HumanAct
from domain.verbs.order.resume import resume_refusal
from storage.base import journal
from storage.base.requests import ActRefused, first_time
from storage.deliveries.holds import go_on
from storage.money.chargebacks import owe_again
from storage.people.moved import moved, open_deliveries
from storage.standing.deliveries import open_cases_of
from storage.tables import Order


async def apply(session: AsyncSession, order: Order, request: HumanAct, now: datetime) -> OrderActed:
    """Let it go on with all that was held for it or by hand. Raises ActRefused.

    What was given up while its payment was gone is owed again. A repeat tells again where what is open
    stands, since the run may not know it yet. Of what a case is about, that case's run is to be notified.
    """
    waiting = await open_deliveries(session, order)
    cases = await open_cases_of(session, order.id)
    if not await first_time(session, request, now):
        return moved(order, [each for each in waiting if each.id not in cases])
    charged_back = order.paused_for in FOR_THE_PAYMENT
    paused = None if order.paused_for is None else f"{order.paused_note}"
    if why := resume_refusal(paused=paused, charged_back=charged_back, paid=request.paid):
        raise ActRefused(why)
    order.paused_at = order.paused_for = order.paused_note = None
    note = f"resumed by {request.actor}: {request.reason}"
    journal.record(session, order, "order.resumed", now, by=request.by, note=note)
    if charged_back:
        await owe_again(session, order, now)
    held = [delivery for delivery in waiting if delivery.hold_reason in BY_A_PAUSE]
    for delivery in held:
        await go_on(session, order, delivery, now, note)
    await journal.restate(session, order, now, settled=order.closed_at is not None)
    return moved(order, [each for each in held if each.id not in cases])
