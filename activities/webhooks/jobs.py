"""Starting the job of each delivery that has none."""

import asyncio
from datetime import datetime, timedelta

from temporalio.client import Client
from temporalio.common import ActivityIDConflictPolicy, RetryPolicy

from activities.webhooks.posting import TIMEOUT
from storage.base.database import Database
from storage.webhooks.outbox import AT_A_TIME, Job, have_jobs, without_job
from workflows.queues import webhook_queue

ONE_TRY = TIMEOUT + timedelta(seconds=20)
LONGEST = timedelta(days=7)
"""Longer than the whole schedule, with all the patience that receivers can ask for between two tries."""
OUR_OWN_FAULTS = RetryPolicy(initial_interval=timedelta(seconds=2), maximum_interval=timedelta(minutes=1))
AT_ONCE = 20


async def start_jobs(client: Client, database: Database, now: datetime) -> int:
    """Start what has no job; how many. Starting one that runs changes nothing."""
    async with database.snapshot() as session:
        jobs = await without_job(session, now)
    room = asyncio.Semaphore(AT_ONCE)

    async def start(job: Job) -> None:
        async with room:
            await client.start_activity(
                "send_webhook",
                job.delivery_id,
                id=job.id,
                task_queue=webhook_queue(job.endpoint_id),
                start_to_close_timeout=ONE_TRY,
                schedule_to_close_timeout=LONGEST,
                id_conflict_policy=ActivityIDConflictPolicy.USE_EXISTING,
                retry_policy=OUR_OWN_FAULTS,
            )

    if jobs:
        await asyncio.gather(*(start(job) for job in jobs))
        async with database.transaction() as session:
            await have_jobs(session, [job.delivery_id for job in jobs], now)
    return len(jobs)


async def start_all_jobs(client: Client, database: Database, now: datetime) -> None:
    """Until none is left."""
    while await start_jobs(client, database, now) == AT_A_TIME:
        pass
