"""What people and suppliers said of an order in their own words: left out wherever the book has it.

An event that held such words is written anew, with the digest of what it says now; which ones those are, the
event of the erasure says. So every event still agrees with its digest, and a delivery's events with its row.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.notes.note import WORDS_ERASED, read
from storage.base.journal import digest_of
from storage.tables import ActRow, CaseRow, Delivery, Event, Order, OrderEventRow, Refund


async def erase_words(session: AsyncSession, order: Order, *, but: str) -> list[int]:
    """Leave the words of others out of a locked order; the numbers of the events that held any.

    `but`: the request whose own words stay.
    """
    acts = update(ActRow).where(ActRow.order_id == order.id, ActRow.request_id != but)
    await session.execute(acts.values(reason=WORDS_ERASED, digest=""))
    reported = update(OrderEventRow).where(OrderEventRow.order_id == order.id, OrderEventRow.note != "")
    await session.execute(reported.values(note=WORDS_ERASED))
    refunds = update(Refund).where(Refund.order_id == order.id, Refund.outcome_note != "")
    await session.execute(refunds.values(outcome_note=WORDS_ERASED))
    order.paused_note = order.paused_note and order.paused_note.without_words()
    for case in await session.scalars(select(CaseRow).where(CaseRow.order_id == order.id)):
        case.reason = case.reason and WORDS_ERASED
        case.outcome = case.outcome and case.outcome.without_words()
    for delivery in await session.scalars(select(Delivery).where(Delivery.order_id == order.id)):
        delivery.note = delivery.note and delivery.note.without_words()
    rewritten = []
    for event in await session.scalars(select(Event).where(Event.order_id == order.id).order_by(Event.seq)):
        said = _without_words(event.data)
        if said != event.data:
            event.data = said
            event.digest = digest_of(event)
            rewritten.append(event.seq)
    return rewritten


def _without_words(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _erased(name, value) for name, value in data.items()}


def _erased(name: str, value: Any) -> Any:
    if name == "reason":
        return value and WORDS_ERASED
    note = read(value) if isinstance(value, dict) and "code" in value else None
    without = note and note.without_words()
    return value if note is None or without is None or without == note else without.as_json()
