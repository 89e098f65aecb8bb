"""The jobs that send webhooks, called by the real schedule in a time that is skipped between the calls.

Temporal's time skipping does not drive standalone activities; here their retries are counted out by hand, and
all else is real: the book, the activity, the requests.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from temporalio.exceptions import ApplicationError

from activities.webhooks.posting import Poster
from activities.webhooks.pump import IN_FLIGHT
from activities.webhooks.sending import WebhookActivities
from domain.webhooks.schedule import next_wait
from storage.webhooks.outbox import Job, have_jobs, without_job
from tests.support.world import World

TIMEOUT = timedelta(seconds=120)
"""Long enough for receivers that answer at all, on a busy machine too."""


@dataclass
class SkippedTime:
    """A world's webhooks, and what time it is for them."""

    world: World
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    calls: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    """When each delivery was tried."""

    def __post_init__(self) -> None:
        self._room = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(IN_FLIGHT))
        self._waiting: list[tuple[datetime, Job]] = []
        self._sending = WebhookActivities(
            self.world.database,
            self.world.vault,
            lambda: self.now,
            Poster(loopback=True, timeout=TIMEOUT),
            lambda tries, asked: next_wait(tries, 0.0, asked),
        )

    async def live(self, until: datetime) -> None:
        """Call whatever is due until then, each at its moment."""
        while True:
            await self._start_jobs()
            due = [at for at, _ in self._waiting if at <= until]
            if not due:
                self.now = until
                return
            self.now = max(self.now, min(due))
            calls = [job for at, job in self._waiting if at <= self.now]
            self._waiting = [(at, job) for at, job in self._waiting if at > self.now]
            await asyncio.gather(*(self._call(job) for job in calls))

    async def _start_jobs(self) -> None:
        while True:
            async with self.world.database.transaction() as session:
                jobs = await without_job(session, self.now)
                await have_jobs(session, [job.delivery_id for job in jobs], self.now)
            if not jobs:
                return
            known = {job.id for _, job in self._waiting}
            self._waiting += [(self.now, job) for job in jobs if job.id not in known]

    async def _call(self, job: Job) -> None:
        async with self._room[job.endpoint_id]:
            self.calls[job.delivery_id].append(self.now)
            try:
                await self._sending.send_webhook(job.delivery_id)
            except ApplicationError as error:
                assert error.next_retry_delay is not None
                self._waiting.append((self.now + error.next_retry_delay, job))
