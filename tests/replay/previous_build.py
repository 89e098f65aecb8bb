"""A worker process of an older checkout, under a build id, whether or not its own code knows of such a thing.

    cd OLDER_CHECKOUT; PYTHONPATH=. python .../tests/replay/previous_build.py BUILD_ID

Everything that it imports of ours is the older checkout's, and must have been there at the commit that
`test_two_builds` names. Its `perkflow worker` would refuse today's schema, which is newer than it.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig

import worker
from settings import Settings
from starter.connect import connect_temporal, open_database, open_vault, read_connections


def put_into_deployment(build_id: str) -> None:
    """Let every worker that the older code builds poll as this build."""
    deployment = WorkerDeploymentConfig(
        version=WorkerDeploymentVersion("perkflow", build_id),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )

    def deployed(*args: Any, **more: Any) -> Worker:
        return Worker(*args, **{**more, "deployment_config": deployment})

    vars(worker)["Worker"] = deployed


async def work() -> None:
    """Run the older code's workers until SIGTERM."""
    assert Path(worker.__file__).parent == Path.cwd(), "this is not the older checkout's code"
    settings = Settings()
    vault, database = open_vault(settings), open_database(settings)
    client = await connect_temporal(vault)
    workers = worker.build_workers(client, database, vault, read_connections(settings))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    print("Polling", flush=True)
    await workers.run(stop)
    await database.close()


if __name__ == "__main__":
    put_into_deployment(sys.argv[1])
    asyncio.run(work())
    os._exit(0)  # as today's `starter.process` ends, which the older checkout may not have
