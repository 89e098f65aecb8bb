"""A worker for the floor: `python -m bench.contestants.serve_no_ops ADDRESS`."""

import asyncio
import sys

from temporalio.client import Client
from temporalio.worker import Worker

from bench.contestants.no_ops import NoOps, TunedNoOps, nothing

QUEUE = "no-ops"


async def serve(address: str) -> None:
    """Serve until the process is ended, with the SDK's own defaults."""
    client = await Client.connect(address)
    await Worker(client, task_queue=QUEUE, workflows=[NoOps, TunedNoOps], activities=[nothing]).run()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
