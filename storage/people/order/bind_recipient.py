"""An order is given the account that it came without."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import FOR_AN_ACCOUNT
from domain.messages import OrderActed
from domain.notes.note import Note
from domain.notes.people import AccountGiven
from domain.verbs.human_act import HumanAct
from domain.verbs.order.bind_recipient import bind_refusal
from storage.base import journal
from storage.base.requests import ActRefused, first_time
from storage.deliveries.holds import trying_again
from storage.people.moved import moved, open_deliveries
from storage.purchasing.attempts import unresolved
from storage.standing.deliveries import closed_gate_of
from storage.tables import Delivery, Order, RecipientRow


async def apply(session: AsyncSession, order: Order, request: HumanAct, now: datetime) -> OrderActed:
    """Let what waited for the account go on. Raises ActRefused.

    A repeat tells again where what is open stands, since the run may not have heard it.
    """
    if not await first_time(session, request, now):
        return moved(order, await open_deliveries(session, order))
    handed_in = await session.get(RecipientRow, (order.id, request.recipient)) is not None
    waiting = await open_deliveries(session, order, Delivery.recipient == request.account)
    why = bind_refusal(handed_in=handed_in, waiting=len(waiting), account=request.account)
    if why is not None:
        raise ActRefused(why)
    note = AccountGiven(actor=request.actor, reason=request.reason)
    for delivery in waiting:
        await _bind(session, order, delivery, request, note, now)
    await journal.restate(session, order, now)
    return moved(order, waiting)


async def _bind(
    session: AsyncSession, order: Order, delivery: Delivery, request: HumanAct, note: Note, now: datetime
) -> None:
    """A delivery that waited for its account goes on; one that is not there yet just has it."""
    kind, by, recipient = "delivery.bound", request.by, request.recipient
    if delivery.hold_reason not in FOR_AN_ACCOUNT:
        journal.change(session, order, delivery, kind, now, by=by, recipient=recipient)
        return
    attempt, gate = await unresolved(session, delivery.id), await closed_gate_of(session, delivery)
    step = trying_again(delivery, attempt, gate, note, now)
    journal.follow(session, order, delivery, kind, now, step, afresh=True, by=by, recipient=recipient)
