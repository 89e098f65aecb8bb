"""Cancellations that channels asked for: what was asked under an id, and what came of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Cancellation


class CancellationState(StrEnum):
    """What became of it."""

    REQUESTED = "requested"
    """Nobody has decided yet."""
    DONE = "done"
    REFUSED = "refused"


async def ask_for(
    session: AsyncSession, order_id: str, name: str, digest: str, now: datetime
) -> Cancellation:
    """The cancellation of this id, written down if it is new."""
    values = {"digest": digest, "asked_at": now, "state": CancellationState.REQUESTED.value, "refusal": ""}
    await session.execute(
        insert(Cancellation).values(order_id=order_id, id=name, **values).on_conflict_do_nothing()
    )
    return await session.get_one(Cancellation, (order_id, name))


async def decide(
    session: AsyncSession, order_id: str, name: str, state: CancellationState, refusal: str = ""
) -> Cancellation:
    """Write down what came of a cancellation."""
    row = await session.get_one(Cancellation, (order_id, name), with_for_update=True)
    row.state, row.refusal = state.value, refusal
    return row
