"""The floor: what five steps cost that do nothing, on a server as it comes and on one set up as ours."""

import itertools
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil

from bench.contestants.contestant import Contestant
from bench.contestants.no_ops import NoOps, TunedNoOps
from bench.contestants.serve_no_ops import QUEUE
from bench.measuring.load import Driven, drive
from starter.stack.child import Child
from starter.stack.lock import Lock
from starter.stack.ports import LOOPBACK, free_port
from starter.stack.progress import Progress
from starter.stack.servers.temporal_server import first_client, no_other_cluster, running_temporal


@asynccontextmanager
async def floor_as_it_comes(
    name: str, title: str, binary: Path, home: Path, lock: Lock, progress: Progress
) -> AsyncIterator[Contestant]:
    """In memory, with all defaults of the server and of the SDK."""
    port = free_port(0)
    server = Child.start(
        title,
        [
            binary,
            "server",
            "start-dev",
            "--headless",
            "--ip",
            LOOPBACK,
            "--port",
            str(port),
            "--log-level",
            "error",
        ],
        log=home / "logs" / f"{name}.log",
        lock=lock,
        env=no_other_cluster(),
    )
    try:
        async with _served(
            f"{LOOPBACK}:{port}", server, NoOps.run, name, title, home, lock, progress
        ) as made:
            yield made
    finally:
        await server.stop(grace=10, progress=progress)


@asynccontextmanager
async def floor_tuned(binary: Path, home: Path, lock: Lock, progress: Progress) -> AsyncIterator[Contestant]:
    """On a file, with the settings of Perkflow's own server; the first and the last step are local."""
    folder = home / "tuned"
    folder.mkdir()
    async with running_temporal(
        binary, folder, lock, progress, search_attributes={}, port=free_port(0), ui_port=free_port(0)
    ) as server:
        title = "floor, our settings, local steps"
        async with _served(
            server.address, server.child, TunedNoOps.run, "tuned_floor", title, home, lock, progress
        ) as made:
            yield made


@asynccontextmanager
async def _served(
    address: str,
    server: Child,
    run: Callable[..., Any],
    name: str,
    title: str,
    home: Path,
    lock: Lock,
    progress: Progress,
) -> AsyncIterator[Contestant]:
    client = await first_client(server, address, progress)
    worker = Child.start(
        f"The worker of {title}",
        [sys.executable, "-m", "bench.contestants.serve_no_ops", address],
        log=home / "logs" / f"{name}-worker.log",
        lock=lock,
        env=no_other_cluster(),
    )
    numbers = itertools.count(1)

    async def one() -> None:
        await client.execute_workflow(run, "order", id=f"{name}-{next(numbers)}", task_queue=QUEUE)

    async def driven(orders: int, in_flight: int) -> Driven:
        return await drive(one, orders, in_flight)

    parts = {"temporal": [psutil.Process(server.pid)], "worker": [psutil.Process(worker.pid)]}
    try:
        yield Contestant(name, title, driven, parts)
    finally:
        await worker.stop(grace=10, progress=progress)
