"""The servers that tests share, each started once a session and only when a test asks for it."""

import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from settings import Settings
from simulator.serving.server import Simulators, running_simulators
from starter.codec import data_converter
from starter.stack.lock import held
from starter.stack.servers.postgres import running_postgres
from starter.stack.servers.temporal_binary import find_temporal
from storage.base.database import Database
from tests.support.servers import temporal_in_memory
from tests.support.skipping import SkippingWorld
from tests.support.times import Times
from tests.support.world import (
    World,
    connections_of,
    fresh_keys,
    prepare_database,
    vault_of,
    working,
)

ANY_PORTS: dict[str, Any] = {"temporal_port": 0, "ui_port": 0, "gateway_port": 0, "simulator_port": 0}
"""Settings of a stack beside others, which would all find the usual ports free at the same moment."""


def tell(line: str) -> None:
    """Progress of slow preparations, under pytest's `-s`."""
    print(line)


@pytest.fixture(scope="session")
async def postgres_url() -> AsyncIterator[str]:
    """A PostgreSQL server of this session's own; the URL names its first database."""
    with tempfile.TemporaryDirectory(prefix="perkflow-") as folder:
        home = Path(folder)
        async with (
            held(home / "lock", busy="in use", wait=None, progress=tell) as lock,
            running_postgres(home, lock, tell) as postgres,
        ):
            yield postgres.url


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """A fresh database with today's schema."""
    return prepare_database(postgres_url, f"t{uuid.uuid4().hex[:12]}")


@pytest.fixture(scope="session")
async def temporal_binary() -> Path:
    """The `temporal` CLI, found or built the product's own way."""
    return find_temporal(Settings(), tell)


@pytest.fixture(scope="session")
async def temporal(temporal_binary: Path) -> AsyncIterator[WorkflowEnvironment]:
    """A real Temporal server in memory."""
    async with temporal_in_memory(temporal_binary) as environment:
        yield environment


@pytest.fixture(scope="session")
def simulators() -> Iterator[Simulators]:
    """Both suppliers over HTTP."""
    with running_simulators() as running:
        yield running


@pytest.fixture(scope="session")
async def world(
    temporal: WorkflowEnvironment, postgres_url: str, simulators: Simulators
) -> AsyncIterator[World]:
    """A whole Perkflow with a worker in this process, shared by tests that only place orders."""
    keys = fresh_keys()
    vault = vault_of(keys)
    database = Database(prepare_database(postgres_url, "world"))
    config = temporal.client.config()
    config["data_converter"] = data_converter(vault)
    config["interceptors"] = [times := Times()]
    with tempfile.TemporaryDirectory() as folder:
        connections = connections_of(simulators, Path(folder))
    shared = World(Client(**config), database, vault, simulators, connections, keys, times)
    async with working(shared.workers()):
        yield shared
    await database.close()


@pytest.fixture
def skipping_world(world: World) -> SkippingWorld:
    """The shared world, with a time of its own for every order that is placed by this test."""
    return SkippingWorld(**vars(world))


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file and return its path."""

    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return written
