"""Heartbeats while a supplier takes its time.

They are how Temporal learns in seconds that a worker died, and how a cancellation reaches an activity.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from temporalio import activity


@asynccontextmanager
async def heartbeats() -> AsyncIterator[None]:
    """Send heartbeats at a third of the activity's heartbeat timeout until the block ends."""
    timeout = activity.info().heartbeat_timeout
    if timeout is None:
        yield
        return
    beating = asyncio.create_task(_beat(timeout.total_seconds() / 3))
    try:
        yield
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating


def alive() -> None:
    """Send one heartbeat, where this is part of an activity."""
    if activity.in_activity():
        activity.heartbeat()


async def _beat(interval: float) -> None:
    while True:
        await asyncio.sleep(interval)
        activity.heartbeat()
