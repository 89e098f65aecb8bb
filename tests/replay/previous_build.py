"""A worker process of an older checkout, under a build id.

    cd OLDER_CHECKOUT; PYTHONPATH=. python .../tests/replay/previous_build.py BUILD_ID

Everything that it imports of ours is the older checkout's, and must have been there at the commit that
`test_two_builds` names. Its `perkflow worker` would refuse a schema that is newer than it.
"""

import asyncio
import signal
import sys
from pathlib import Path

import worker
from settings import Settings
from starter import process
from starter.connect import connect_temporal, open_database, open_vault, read_connections


async def work(build_id: str) -> None:
    """Run the older code's workers until SIGTERM."""
    assert Path(worker.__file__).parent == Path.cwd(), "this is not the older checkout's code"
    settings = Settings()
    vault, database = open_vault(settings), open_database(settings)
    client = await connect_temporal(vault)
    connections = read_connections(settings)
    workers = worker.build_workers(client, database, vault, connections, build_id=build_id)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    print("Polling", flush=True)
    await workers.run(stop)
    await database.close()


if __name__ == "__main__":
    process.run(lambda: asyncio.run(work(sys.argv[1])))
