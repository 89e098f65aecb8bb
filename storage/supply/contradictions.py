"""Callbacks that came while the supplier's own answer was on its way.

Whoever asks notes which callbacks are stored by then; whoever writes the answer down looks, under the order's
lock, at those that came since. A callback is stored under that lock too, so one of both sees the other.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from domain.supply.contradictions import speaks_against
from domain.supply.outcomes import QueryOutcome, RevokeOutcome
from storage.tables import Attempt, Callback

MOST_AT_ONCE = 3
"""A supplier that goes on contradicting itself is asked after ever longer waits."""
SOON = timedelta(minutes=10)
"""When it is asked whether a success stands that it contradicted before."""


async def heard(session: AsyncSession, attempt: Attempt) -> frozenset[str]:
    """The callbacks about an attempt that are stored: a question that leaves now comes after them."""
    return frozenset(row.id for row in await _callbacks(session, attempt))


async def said_otherwise(
    session: AsyncSession, attempt: Attempt, outcome: QueryOutcome | RevokeOutcome
) -> list[Callback]:
    """The callbacks that speak against an outcome, the earliest first.

    One that names another order of the supplier's than the attempt's is not about it.
    """
    receipt = getattr(outcome, "receipt", None)
    number = (receipt and receipt.supplier_order) or attempt.supplier_order
    return [
        row
        for row in await _callbacks(session, attempt)
        if (number is None or row.supplier_order in (None, number)) and speaks_against(row.stated, outcome)
    ]


def since(known: Collection[str], rows: Sequence[Callback]) -> list[Callback]:
    """Those of `rows` that are not among the known ones."""
    return [row for row in rows if row.id not in known]


def soon(planned: datetime | None, now: datetime) -> datetime:
    """When to ask again about what was contradicted: not later than planned."""
    return min(planned or now + SOON, now + SOON)


async def _callbacks(session: AsyncSession, attempt: Attempt) -> list[Callback]:
    found = select(Callback).where(Callback.key == attempt.key, Callback.connection == attempt.connection)
    what_it_says = load_only(Callback.stated, Callback.supplier_order)
    return list(await session.scalars(found.options(what_it_says).order_by(Callback.first_at, Callback.id)))
