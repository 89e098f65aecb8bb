"""Erasing the buyer of a closed order: the book first, then Temporal."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.service import RPCError

from activities.runs.erase import erase_histories
from domain.messages import OrderActed
from domain.verbs.human_act import HumanAct
from domain.verbs.order.erase import names_one_of
from starter.desk.errors import ActPending, ActRefused
from starter.desk.runs import Runs
from storage.base import requests
from storage.base.sealing import Vault
from storage.people import acts
from storage.purchasing.opening import NotOpened, recipient_of
from storage.tables import Order, RecipientRow


async def erase(runs: Runs, number: str, request: HumanAct) -> OrderActed:
    """Erase the buyer of order `channel/order_no`, once; asking again finishes what was interrupted.

    Raises ActRefused as things stand, or where the reason names him; ActPending once the book has forgotten
    him and Temporal has not yet: asking again is safe, and the next sweep does it too.
    """
    try:
        async with runs.database.snapshot() as session:
            order = await session.get(Order, request.order_id)
            if order is None or f"{order.channel}/{order.order_no}" != number:
                raise ActRefused(f"{request.order_id or 'no order'} is not the order {number}: read it again")
            await runs.answered(session, request)
            if names_one_of(await _known_of_him(session, runs.vault, order), request.actor, request.reason):
                raise ActRefused("the reason names the buyer, and it stays in the timeline: say it without")
        async with runs.database.transaction() as session:
            acted = await acts.act_on_order(session, request, datetime.now(UTC))
    except requests.ActRefused as refused:
        raise ActRefused(str(refused)) from None
    try:
        done = await erase_histories(runs.temporal, runs.database, request.order_id)
    except RPCError as error:
        raise _pending(number, request, f"does not answer ({error.status.name})") from None
    if not done:
        raise _pending(number, request, "has not forgotten all of it yet")
    return acted


async def _known_of_him(session: AsyncSession, vault: Vault, order: Order) -> list[str]:
    """His reference and his accounts, as far as they open."""
    known = [order.buyer_ref]
    for name in await session.scalars(select(RecipientRow.name).where(RecipientRow.order_id == order.id)):
        try:
            recipient = await recipient_of(session, vault, order.id, name)
        except NotOpened:
            continue
        known += [recipient.value, *recipient.fields.values()]
    return known


def _pending(number: str, request: HumanAct, why: str) -> ActPending:
    return ActPending(
        f"the book has forgotten the buyer of {number}, but Temporal {why}: ask again with the same request "
        f"id ({request.request_id}), or leave it to the next sweep"
    )
