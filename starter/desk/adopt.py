"""Giving an order that lost its run, or whose run does not go on, a new one."""

import getpass
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from activities.runs.adopt import lost_orders
from activities.runs.mend import replace
from activities.runs.start import adopt
from activities.runs.status import look
from domain.notes.note import Note
from starter.desk.errors import NotFound
from starter.desk.runs import Runs
from storage.upkeep import stuck
from storage.upkeep.overdue import Work, overdue_orders
from storage.views.order_lines import GRACE
from storage.views.orders import OrderToAdopt, order_to_adopt
from storage.views.stuck_orders import MOST_STUCK, list_stuck

A_MOMENT = timedelta(minutes=1)
"""What a person names is overdue after that; what nobody named, after the sweep's own grace."""


@dataclass(frozen=True)
class Adopted:
    """What was done about an order: `why` is set where its run was replaced, `ran` where nothing was."""

    order: OrderToAdopt
    why: Note | None = None
    ran: bool = False


class Adopting:
    """Runs for open orders. The new run goes on from the book."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    async def all_that_need_it(self) -> list[Adopted]:
        """Adopt every open order that has no run, or one that does not go on."""
        client, database = self._runs.temporal, self._runs.database
        lost = [order async for order in lost_orders(client, database)]
        async with database.snapshot() as session:
            stuck_ones = await list_stuck(session, datetime.now(UTC), limit=MOST_STUCK)
        ids = {order.order_id: None for order in lost} | {
            line.order_id: None for line in stuck_ones if line.closed_at is None
        }
        return [await self.one(order_id, GRACE) for order_id in ids]

    async def one(self, reference: str, grace: timedelta = A_MOMENT) -> Adopted:
        """Give an open order a run if it has none, or another if its own does not go on. Raises NotFound."""
        client, database = self._runs.temporal, self._runs.database
        now = datetime.now(UTC)
        async with database.snapshot() as session:
            order = await order_to_adopt(session, reference)
            if order is None:
                raise NotFound(f"there is no open order {reference} in the book; closed ones need no run")
            late = await overdue_orders(session, now - grace, now, 1, [order.order_id])
        work = Work(order.order_id, order.channel, order.order_no)
        seen = await look(client, work.workflow_id)
        if not seen.running:
            await adopt(client, order)
            return Adopted(order)
        why = seen.why_failing if seen.failing else None if seen.busy else late.get(work)
        if why is None:
            return Adopted(order, ran=True)
        async with database.transaction() as session:
            await stuck.replaced_by_hand(session, work, why, now, getpass.getuser())
        await replace(client, database, work, seen, why)
        return Adopted(order, why=why)
