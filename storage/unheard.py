"""Acts of people that runs may not have heard of.

A run applies an act in the book and is told what came of it. Where its workflow task is lost in between, and
nobody asks again, the book has moved and the run waits on.
"""

from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.keys import case_workflow_id, order_workflow_id
from storage.tables import ActRow, CaseRow, Order


async def acted_on(session: AsyncSession, since: datetime, until: datetime) -> list[str]:
    """The workflow ids of open orders and cases on which somebody acted after `since` and by `until`."""
    open_case = and_(
        CaseRow.order_id == ActRow.order_id,
        CaseRow.delivery_id == ActRow.delivery_id,
        CaseRow.closed_at.is_(None),
    )
    rows = await session.execute(
        select(Order.channel, Order.order_no, Order.closed_at, CaseRow.number)
        .select_from(ActRow)
        .join(Order, Order.id == ActRow.order_id)
        .outerjoin(CaseRow, open_case)
        .where(ActRow.at > since, ActRow.at <= until)
        .distinct()
    )
    ids = set()
    for channel, order_no, closed_at, case in rows:
        if closed_at is None:
            ids.add(order_workflow_id(channel, order_no))
        if case is not None:
            ids.add(case_workflow_id(channel, order_no, case))
    return sorted(ids)
