"""Orders and cases that lost their run: finding them, and giving each a new one that goes on from the book.

A run is lost when somebody terminates or cancels it in Temporal's UI, when retention removes it, or when
Temporal's database was restored from an older copy.
"""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta

from temporalio import activity
from temporalio.client import Client
from temporalio.service import RPCError

from activities.heartbeat import alive
from activities.runs.cases import open_reversal, start_case
from activities.runs.erase import erase_histories
from activities.runs.mend import NOTIFIED, Mender
from activities.runs.restored import tell_runs
from activities.runs.start import adopt
from activities.runs.status import look
from activities.runs.tell import tell
from activities.runs.wake import tell_woken
from activities.upkeep import keep_running
from domain.keys import case_workflow_id, order_workflow_id
from domain.messages import Due, Swept, VerificationBatch
from storage.aftercare.cases import CaseToRun, open_cases
from storage.aftercare.verification import due_verifications
from storage.base.database import Database
from storage.channels.order_requests import forget_requests
from storage.erasing import histories
from storage.feed.epoch import renew_epoch
from storage.orders.holds import forget_holds
from storage.people import recent_acts
from storage.restore import restored
from storage.supply import health, restock
from storage.supply.free_keys import available
from storage.upkeep import rounds
from storage.views.order_lines import GRACE
from storage.views.orders import OrderToAdopt, open_orders
from workflows.order import BundleOrder
from workflows.signatures import SweepActivities
from workflows.sweep import EVERY

ORDERS_PER_SWEEP = 5000
MOST_NAMED = 100
HEARD_BY_THEN = timedelta(minutes=1)
"""How long after somebody's act its run is notified once more."""

log = logging.getLogger(__name__)


async def lost_orders(
    client: Client, database: Database, *, due_before: datetime | None = None
) -> AsyncIterator[OrderToAdopt]:
    """Open orders of the book that have no running run, the longest waiting first.

    With `due_before`, only those that have something to do by then.
    """
    async with database.transaction() as session:
        candidates = await open_orders(session, ORDERS_PER_SWEEP, due_before=due_before)
    for order in candidates:
        alive()
        if not (await look(client, order_workflow_id(order.channel, order.order_no))).running:
            yield order


async def lost_cases(client: Client, database: Database, due_before: datetime) -> AsyncIterator[CaseToRun]:
    """Cases that have something to do by then and no running run."""
    async with database.transaction() as session:
        candidates = await open_cases(session, ORDERS_PER_SWEEP, due_before)
    for case in candidates:
        alive()
        if not (await look(client, case_workflow_id(case.channel, case.order_no, case.number))).running:
            yield case


class Sweeper(SweepActivities):
    """Implements the sweep's activities."""

    def __init__(
        self,
        client: Client,
        database: Database,
        clock: Callable[[], datetime],
        kept_here: Sequence[str],
        grace: timedelta = GRACE,
        notified: timedelta = NOTIFIED,
    ) -> None:
        self._client = client
        self._database = database
        self._clock = clock
        self._kept_here = kept_here
        self._grace = grace
        self._notified = notified

    @activity.defn
    async def adopt_lost_orders(self, last: Swept) -> Swept:
        started = self._clock()
        notified = await self._mind_the_book(last)
        swept = await self.one_round(last)
        async with self._database.transaction() as session:
            await restored.remember_sweep(session, started)
        return swept.model_copy(update={"at": started, "notified": notified})

    async def one_round(self, last: Swept) -> Swept:
        """All of a sweep but to find out whether the book was restored; several at once are harmless."""
        started = self._clock()
        adopted = []
        before_the_next = started + EVERY
        async for order in lost_orders(self._client, self._database, due_before=before_the_next):
            await adopt(self._client, order)
            adopted.append(f"{order.channel}/{order.order_no}")
        async for case in lost_cases(self._client, self._database, before_the_next):
            await start_case(self._client, case)
            adopted.append(f"{case.channel}/{case.order_no}, case {case.number}")
        mender = Mender(self._client, self._database, self._clock, self._grace, self._notified)
        looked_after = await mender.round(last.looked_after)
        await self._tell_of_acts(last.at or started - EVERY, started)
        await self._wake_for_stock()
        await self._finish_erasing()
        async with self._database.transaction() as session:
            await forget_requests(session)
            await forget_holds(session)
            await rounds.finished(session, rounds.SWEEP, self._clock())
        return Swept(
            orders=adopted[:MOST_NAMED],
            stuck=mender.notified[:MOST_NAMED],
            replaced=mender.replaced[:MOST_NAMED],
            looked_after=looked_after,
        )

    async def _tell_of_acts(self, last: datetime, started: datetime) -> None:
        """Tell each run of acts on it that are old enough that it should have heard of them."""
        async with self._database.transaction() as session:
            acted_on = await recent_acts.acted_on(session, last - HEARD_BY_THEN, started - HEARD_BY_THEN)
        for workflow_id, delivery_id in acted_on:
            alive()
            await tell(self._client, workflow_id, BundleOrder.act_was_made, delivery_id)

    async def _wake_for_stock(self) -> None:
        """Let go on who can be given keys of our own: whoever was ahead may be gone by now."""
        async with self._database.transaction() as session:
            products = await restock.waited_for(session, self._kept_here)
        for connection, product in products:
            alive()
            async with self._database.transaction() as session:
                keys = await available(session, connection, product)
            now = self._clock()
            woken = await restock.wake_for_product(self._database, connection, product, keys, now)
            await tell_woken(self._client, woken)

    async def _finish_erasing(self) -> None:
        """Have Temporal forget the buyers whom the book has forgotten, where that was interrupted."""
        async with self._database.transaction() as session:
            orders = await histories.unfinished(session, MOST_NAMED)
        for order_id in orders:
            alive()
            try:
                await erase_histories(self._client, self._database, order_id, within=timedelta(0))
            except RPCError as error:
                log.warning("the histories of %s are still to be erased: %s", order_id, error.status.name)

    async def _mind_the_book(self, last: Swept) -> int:
        """Notify every run, should the book have been restored; return how many were notified."""
        async with self._database.transaction() as session:
            since = await restored.forgotten_since(session, last.at)
            if since is None:
                return 0
            for connection in self._kept_here:
                await health.pause(session, connection, "perkflow", restored.WHY_PAUSED, self._clock())
            await renew_epoch(session, self._clock(), copied_at=since)
        log.error("the book was put back to a copy from about %s: telling every run", since)
        return await tell_runs(self._client, since)

    @activity.defn
    async def due_for_verification(self) -> Due:
        async with self._database.transaction() as session:
            await rounds.finished(session, rounds.VERIFICATION, self._clock())
            return Due(batches=await due_verifications(session, self._clock()))

    @activity.defn
    async def open_reversals(self, found: VerificationBatch) -> VerificationBatch:
        for ref in found.deliveries:
            await open_reversal(self._client, self._database, ref.order_id, ref.delivery_id)
        return found

    @activity.defn
    async def keep_running(self, last: Swept) -> Swept:
        return await keep_running(self._client, self._database, last, self._clock())
