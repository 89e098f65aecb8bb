"""A worker process that kills itself (SIGKILL) at a named boundary of its first delivery.

    python -m tests.faults.dying_worker BOUNDARY

The defects are put in from outside: the product knows nothing of them. Everything else is what any worker
gets: addresses, keys and connections from the environment.
"""

import asyncio
import os
import signal
import sys
from typing import Any

from activities.suppliers import ConnectionActivities
from settings import Settings
from starter import process
from starter.connect import connect_temporal, open_database, open_vault, read_connections
from worker import build_workers

NONE, INTENT, ANSWER, OUTCOME = "none", "intent committed", "answer received", "outcome committed"


def die() -> None:
    """End as a machine that loses power would."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(boundary: str) -> None:
    """Put the death into the activity's path."""
    send: Any = ConnectionActivities._send
    record: Any = ConnectionActivities._record

    async def dying_send(self: Any, request: Any, begun: Any) -> Any:
        die()
        return await send(self, request, begun)

    async def dying_record(self: Any, *args: Any, **more: Any) -> Any:
        if boundary == OUTCOME:
            await record(self, *args, **more)
        die()

    if boundary == INTENT:
        ConnectionActivities._send = dying_send  # type: ignore[method-assign]
    elif boundary in (ANSWER, OUTCOME):
        ConnectionActivities._record = dying_record  # type: ignore[method-assign]


async def work() -> None:
    """Run a worker until SIGTERM."""
    settings = Settings()
    vault, database = open_vault(settings), open_database(settings)
    client = await connect_temporal(vault)
    workers = build_workers(client, database, vault, read_connections(settings))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    print("working", flush=True)
    await workers.run(stop)
    await database.close()


if __name__ == "__main__":
    die_at(sys.argv[1])
    process.run(lambda: asyncio.run(work()))
