"""What goes on in a worker all the time: from the feed to public events, from those to jobs, and sending; and
what is no longer kept is pruned.

Each endpoint has a task queue of its own, which one worker at a time serves, a few calls at a time: a slow
one keeps its own events waiting and no others. Every round can be interrupted anywhere and is made again.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities.webhooks.jobs import start_all_jobs
from domain.planning.modes import ALL_LIVE, Supply
from domain.retention import USUAL, Retention
from storage.base.database import Database
from storage.base.unavailable import DatabaseUnavailable
from storage.feed.consuming import taking
from storage.feed.epoch import renew_epoch
from storage.feed.settling import Settled, settle
from storage.restore.restored import LONG_AGO, last_sweep
from storage.supply.bundle_notices import BundleNotices
from storage.supply.stock_notices import notice_stock
from storage.upkeep.pruning import prune
from storage.webhooks import serving
from storage.webhooks.projecting import CONSUMER, project

EVERY = timedelta(seconds=1)
SERVE_EVERY = timedelta(seconds=5)
NOTICE_EVERY = timedelta(seconds=30)
PRUNE_EVERY = timedelta(hours=1)
TRY_EVERY = timedelta(seconds=30)
"""How often it is looked for orders set aside, where nothing new is settled."""
IN_FLIGHT = 4
"""Calls to one endpoint at a time."""

log = logging.getLogger(__name__)


class Pump:
    """One worker's part in webhooks."""

    def __init__(
        self,
        client: Client,
        database: Database,
        clock: Callable[[], datetime],
        identity: str,
        build: Callable[[str], Worker],
        every: timedelta = EVERY,
        supply: Supply = ALL_LIVE,
        kept: Retention = USUAL,
    ) -> None:
        """`build` makes the worker of an endpoint."""
        self._client = client
        self._database = database
        self._clock = clock
        self._identity = identity
        self._build = build
        self._every = every
        self._bundles = BundleNotices(supply)
        self._feed: Settled | None = None
        self._serving: dict[str, tuple[Worker, asyncio.Task[None]]] = {}
        self._consumed: Settled | None = None
        self._serve_at: datetime | None = None
        self._notice_at: datetime | None = None
        self._try_at: datetime | None = None
        self._kept = kept
        self._prune_at: datetime | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Make rounds until `stop` is set, then let what is in flight finish."""
        try:
            while not stop.is_set():
                await self.round()
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), self._every.total_seconds())
        finally:
            await self._leave()

    async def round(self) -> None:
        """Make public what is settled, start jobs, and serve the endpoints that are ours: each by itself."""
        for part in (self._consume, self._start_jobs, self._serve, self._notice, self._prune):
            try:
                await part()
            except (DatabaseUnavailable, RPCError, SQLAlchemyError) as error:
                log.warning("webhooks wait: %s", type(error).__name__)
            except Exception:
                log.exception("webhooks do not go on")

    async def _start_jobs(self) -> None:
        await start_all_jobs(self._client, self._database, self._clock())

    async def _notice(self) -> None:
        now = self._clock()
        if self._notice_at is None or now >= self._notice_at:
            self._notice_at = now + NOTICE_EVERY
            async with self._database.transaction() as session:
                await notice_stock(session)
            async with self._database.transaction() as session:
                await self._bundles.notice(session)

    async def _prune(self) -> None:
        now = self._clock()
        if self._prune_at is None or now >= self._prune_at:
            went = await prune(self._database, self._kept, now)
            self._prune_at = now if any(went) else now + PRUNE_EVERY

    async def _consume(self) -> None:
        """Make all that is settled public, unless another worker is at it."""
        feed, now = await settle(self._database), self._clock()
        if feed == self._consumed and self._try_at is not None and now < self._try_at:
            return
        self._try_at = now + TRY_EVERY
        before = self._feed
        went_back = before is not None and before.epoch == feed.epoch and feed.position < before.position
        if feed.restored or went_back:
            await self._renew()
        self._feed = feed
        while True:
            async with taking(self._database, CONSUMER) as taken:
                if taken is None:
                    return
                await project(taken, self._clock())
            if taken.is_last:
                self._consumed = feed
                return

    async def _renew(self) -> None:
        async with self._database.transaction() as session:
            copied_at = await last_sweep(session) or LONG_AGO
            epoch = await renew_epoch(session, self._clock(), copied_at)
        log.error("the book was restored: its feed begins epoch %d", epoch)

    async def _serve(self) -> None:
        now = self._clock()
        if self._serve_at is not None and now < self._serve_at:
            return
        async with self._database.transaction() as session:
            mine = await serving.serve(session, self._identity, now)
        for endpoint in set(self._serving) - set(mine):
            await self._stop(endpoint)
        for endpoint in mine:
            if endpoint in self._serving and self._serving[endpoint][1].done():
                await self._stop(endpoint)
            if endpoint not in self._serving:
                worker = self._build(endpoint)
                self._serving[endpoint] = worker, asyncio.create_task(worker.run())
        self._serve_at = now + SERVE_EVERY

    async def _stop(self, endpoint: str) -> None:
        worker, task = self._serving.pop(endpoint)
        await worker.shutdown()
        with suppress(Exception):
            await task

    async def _leave(self) -> None:
        await asyncio.gather(*(self._stop(endpoint) for endpoint in list(self._serving)))
        with suppress(DatabaseUnavailable, SQLAlchemyError):
            async with self._database.transaction() as session:
                await serving.leave(session, self._identity)
