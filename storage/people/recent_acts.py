"""Acts of people that runs may not have heard of.

A run applies an act in the book and gets what came of it. Where its workflow task is lost in between, and
nobody asks again, the book has moved and the run waits on.
"""

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.cases import CaseKind
from domain.keys import case_workflow_id, order_workflow_id
from storage.tables import ActRow, CaseRow, Order


async def acted_on(session: AsyncSession, since: datetime, until: datetime) -> list[tuple[str, str]]:
    """The runs of open orders and cases on which somebody acted after `since` and by `until`.

    Each by its workflow id, with the delivery that the act was about; "" for an act on the whole order.
    """
    of_the_order = and_(ActRow.delivery_id == "", CaseRow.kind != CaseKind.REFUND_FAILED.value)
    open_case = and_(
        CaseRow.order_id == ActRow.order_id,
        or_(CaseRow.delivery_id == ActRow.delivery_id, of_the_order),
        CaseRow.closed_at.is_(None),
        CaseRow.opened_at <= ActRow.at,
    )
    rows = await session.execute(
        select(Order.channel, Order.order_no, Order.closed_at, ActRow.delivery_id, CaseRow.number)
        .select_from(ActRow)
        .join(Order, Order.id == ActRow.order_id)
        .outerjoin(CaseRow, open_case)
        .where(ActRow.at > since, ActRow.at <= until, ActRow.case_number.is_(None))
        .distinct()
    )
    runs = set()
    for channel, order_no, closed_at, delivery_id, case in rows:
        if closed_at is None:
            runs.add((order_workflow_id(channel, order_no), delivery_id))
        if case is not None:
            runs.add((case_workflow_id(channel, order_no, case), delivery_id))
    return sorted(runs)
