"""Orders and cases that do not go on although Temporal says that they run: notified first, then replaced.

The book says what is overdue, Temporal whether a workflow task keeps failing. A run that is only slow has a
call or a task waiting, and is left alone. A replaced run goes on from the book, which asks about what the old
one may still be buying.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.heartbeat import alive
from activities.runs.cases import start_case
from activities.runs.start import adopt
from activities.runs.status import Look, look
from activities.runs.tell import tell
from domain.notes.note import Note
from domain.notes.words import Language
from storage.aftercare.cases import case_to_run
from storage.base.database import Database
from storage.upkeep import overdue, stuck
from storage.upkeep.overdue import Work
from storage.views.order_lines import GRACE
from storage.views.orders import order_to_adopt
from workflows.run.verbs import DeliveryVerbs

NOTIFIED = timedelta(minutes=3)
"""How long a notified run may take to go on before it is replaced."""
MOST_LATE = 500
MOST_LOOKED_AT = 200
"""In one round, beside those that are late: after some rounds every open order was looked at."""
MOST_NOTIFIED = 100
MOST_REPLACED = 20
WHO = "perkflow"

log = logging.getLogger(__name__)


class Mender:
    """One round of looking after open orders and cases."""

    def __init__(
        self,
        client: Client,
        database: Database,
        clock: Callable[[], datetime],
        grace: timedelta = GRACE,
        notified: timedelta = NOTIFIED,
    ) -> None:
        self._client = client
        self._database = database
        self._clock = clock
        self._grace = grace
        self._notified = notified
        self._notified_before: frozenset[Work] = frozenset()
        self.notified: list[str] = []
        self.replaced: list[str] = []

    async def round(self, after: str) -> str:
        """Notify runs that are stuck, replace those notified before, and return how far it has looked."""
        now = self._clock()
        late, others, after = await self._find(after, now)
        for work in [*late, *(each for each in others if each not in late)]:
            alive()
            await self.mend(work, late.get(work), now)
        return after

    async def _find(self, after: str, now: datetime) -> tuple[dict[Work, Note], list[Work], str]:
        """What is late by the book, what else to look at, and up to which order that goes."""
        before = now - self._grace
        async with self._database.snapshot() as session:
            late = await overdue.overdue_orders(session, before, now, MOST_LATE, surely=True)
            late |= await overdue.overdue_cases(session, before, MOST_LATE)
            notified = await stuck.notified_runs(session)
            self._notified_before = frozenset(notified)
            some = await overdue.open_work(session, after, MOST_LOOKED_AT)
            again = [work.order_id for work in [*some, *notified] if not work.case]
            late |= await overdue.overdue_orders(session, before, now, MOST_LATE, again)
        orders = [work.order_id for work in some if not work.case]
        after = orders[-1] if len(orders) == MOST_LOOKED_AT else ""
        return late, [*notified, *some], after

    async def mend(self, work: Work, late: Note | None, now: datetime) -> None:
        seen = await look(self._client, work.workflow_id)
        why = seen.why_failing if seen.failing else None if seen.busy or not seen.running else late
        if why is None and work not in self._notified_before:
            return
        if why is None:
            async with self._database.transaction() as session:
                await stuck.is_well(session, work)
        elif not await self._replace_if_notified(work, seen, why, now) and len(self.notified) < MOST_NOTIFIED:
            await self._tell(work, why, now)

    async def _tell(self, work: Work, why: Note, now: datetime) -> None:
        async with self._database.transaction() as session:
            news = await stuck.to_tell(session, work, why, now, self._grace)
        if news:
            said = why.say(Language.EN)
            log.warning("%s does not go on (%s): telling its run to read the book", work.name, said)
            await tell(self._client, work.workflow_id, DeliveryVerbs.read_the_book)
            self.notified.append(work.name)

    async def _replace_if_notified(self, work: Work, seen: Look, why: Note, now: datetime) -> bool:
        if len(self.replaced) >= MOST_REPLACED:
            return False
        async with self._database.transaction() as session:
            mine = await stuck.to_replace(session, work, why, now, now - self._notified, WHO)
        if mine:
            said = why.say(Language.EN)
            log.warning("%s still does not go on (%s): replacing its run", work.name, said)
            await replace(self._client, self._database, work, seen, why)
            self.replaced.append(work.name)
        return mine


async def replace(client: Client, database: Database, work: Work, seen: Look, why: Note) -> None:
    """End this run of an order or a case and start one that goes on from the book."""
    handle = client.get_workflow_handle(work.workflow_id, run_id=seen.run_id)
    try:
        await handle.terminate(f"replaced by one that goes on from the book: {why.say(Language.EN)}")
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    async with database.snapshot() as session:
        order = await order_to_adopt(session, work.order_id)
        case = await case_to_run(session, work.order_id, work.case) if work.case else None
    if case is not None and not case.closed:
        await start_case(client, case)
    elif not work.case and order is not None:
        await adopt(client, order)
