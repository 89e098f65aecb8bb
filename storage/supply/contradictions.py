"""Callbacks that came while the supplier's own answer was on its way.

Whoever asks notes which callbacks are stored by then; whoever writes the answer down looks, under the order's
lock, at those that came since. A callback is stored under that lock too, so one of both sees the other.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, bindparam, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from domain.supply.contradictions import speaks_against
from domain.supply.outcomes import QueryOutcome, RevokeOutcome
from storage.tables import Attempt, Callback

MOST_AT_ONCE = 3
"""A supplier that goes on contradicting itself is asked after ever longer waits."""
SOON = timedelta(minutes=10)
"""When it is asked whether a success stands that it contradicted before."""


class Said(NamedTuple):
    """A callback: what it states, and of which order of the supplier's."""

    id: str
    stated: str
    supplier_order: str | None


def said_of_attempt() -> ScalarSelect[Any]:
    """The callbacks about an attempt as a part of a greater question about it (`as_said` reads it)."""
    row = func.jsonb_build_array(Callback.id, Callback.stated, Callback.supplier_order)
    in_order = aggregate_order_by(row, Callback.first_at, Callback.id)
    about = (Callback.key == Attempt.key, Callback.connection == Attempt.connection)
    return select(func.jsonb_agg(in_order)).where(*about).correlate(Attempt).scalar_subquery()


_SAID = select(said_of_attempt()).where(Attempt.id == bindparam("id"))


def as_said(rows: Sequence[Sequence[Any]] | None) -> list[Said]:
    """What `said_of_attempt` came to, the earliest first."""
    return [Said(*row) for row in rows or ()]


async def said_about(session: AsyncSession, attempt: Attempt) -> list[Said]:
    """The callbacks about an attempt, the earliest first."""
    return as_said(await session.scalar(_SAID, {"id": attempt.id}))


def heard(said: Collection[Said]) -> frozenset[str]:
    """The callbacks that are stored: a question that leaves now comes after them."""
    return frozenset(each.id for each in said)


def said_otherwise(
    said: Collection[Said], attempt: Attempt, outcome: QueryOutcome | RevokeOutcome
) -> list[Said]:
    """Those that speak against an outcome.

    One that names another order of the supplier's than the attempt's is not about it.
    """
    receipt = getattr(outcome, "receipt", None)
    number = (receipt and receipt.supplier_order) or attempt.supplier_order
    return [
        each
        for each in said
        if (number is None or each.supplier_order in (None, number)) and speaks_against(each.stated, outcome)
    ]


def delivered_since(said: Collection[Said], known: Collection[str]) -> bool:
    """Whether one that came since says that the attempt is delivered."""
    return any(each.stated == "delivered" for each in since(known, said))


def since(known: Collection[str], said: Collection[Said]) -> list[Said]:
    """Those of them that are not among the known ones."""
    return [each for each in said if each.id not in known]


def soon(planned: datetime | None, now: datetime) -> datetime:
    """When to ask again about what was contradicted: not later than planned."""
    return min(planned or now + SOON, now + SOON)
