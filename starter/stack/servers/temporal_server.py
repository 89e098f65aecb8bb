"""The embedded Temporal server: the CLI's development server on a database file, tuned.

The settings come from measurements; each must stand together with the others.
"""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client

from starter.stack.child import Child
from starter.stack.info import NAMESPACE
from starter.stack.lock import Lock
from starter.stack.ports import LOOPBACK, free_port
from starter.stack.progress import Progress, until
from starter.stack.servers.namespace import prepare_namespace

DYNAMIC_CONFIG = {
    # An idle server otherwise waits 50 ms before each step of a run. Needs the single partition below.
    "history.transferProcessorMaxPollRPS": "1000",
    "matching.numTaskqueueReadPartitions": "1",
    "matching.numTaskqueueWritePartitions": "1",
    # So that the flash sale of one channel does not starve another's orders.
    "matching.useNewMatcher": "true",
    "matching.enableFairness": "true",
    # An erased buyer's run goes once its end is noted, by default twice a minute.
    "history.transferProcessorUpdateAckInterval": '"3s"',
    "history.visibilityProcessorUpdateAckInterval": '"3s"',
}
# As safe as the default journal against a power cut, and twice as fast.
_SQLITE_PRAGMAS = {"journal_mode": "WAL", "synchronous": "FULL"}


@dataclass(frozen=True, slots=True)
class TemporalServer:
    """A running server."""

    address: str
    ui_url: str
    child: Child


@asynccontextmanager
async def running_temporal(
    binary: Path,
    home: Path,
    lock: Lock,
    progress: Progress,
    *,
    search_attributes: Mapping[str, str],
    port: int = 7233,
    ui_port: int = 8233,
) -> AsyncIterator[TemporalServer]:
    """Runs a server on `home`/temporal/temporal.db, ready for workers; the next one goes on where it was.

    A port that is taken is replaced by a free one. `search_attributes` are names with their types, as
    `prepare_namespace` takes them.
    """
    data = home / "temporal"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    address = f"{LOOPBACK}:{free_port(port)}"
    ui_port = free_port(ui_port)
    child = Child.start(
        "Temporal",
        [
            *(binary, "server", "start-dev"),
            *("--db-filename", data / "temporal.db"),
            *("--ip", LOOPBACK, "--port", address.rpartition(":")[2], "--ui-port", str(ui_port)),
            *("--log-level", "warn"),
            *flags("--dynamic-config-value", DYNAMIC_CONFIG),
            *flags("--sqlite-pragma", _SQLITE_PRAGMAS),
        ],
        log=home / "logs" / "temporal.log",
        lock=lock,
        env=no_other_cluster(),
    )
    try:
        client = await first_client(child, address, progress)
        await prepare_namespace(client, search_attributes=search_attributes)
        yield TemporalServer(address, f"http://{LOOPBACK}:{ui_port}", child)
    finally:
        await child.stop(grace=10, progress=progress)


def no_other_cluster() -> dict[str, str]:
    """This process's environment without what names another cluster."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}


async def first_client(child: Child, address: str, progress: Progress) -> Client:
    """A client of a server that has just been started, once it answers. Raises StackError."""
    connected: list[Client] = []

    async def answers() -> bool:
        child.check()
        try:
            connected.append(await Client.connect(address, namespace=NAMESPACE))
        except RuntimeError:  # the SDK's own for "nobody there"
            return False
        return True

    await until(answers, what="Starting Temporal", within=60, progress=progress)
    return connected[0]


def flags(flag: str, values: Mapping[str, str]) -> list[str]:
    """One flag of the CLI for each of these settings."""
    return [word for name, value in values.items() for word in (flag, f"{name}={value}")]
