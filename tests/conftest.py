"""The servers that tests share, each started once a session and only when a test asks for it."""

import os
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from settings import Settings
from simulator.serving.server import Simulators, running_simulators
from starter.stack.lock import held
from starter.stack.servers.postgres import running_postgres
from starter.stack.servers.temporal_binary import find_temporal
from tests.support.servers.databases import prepare_database
from tests.support.servers.deployment import SANDBOXES
from tests.support.servers.stacks import tell
from tests.support.servers.temporal import temporal_in_memory
from tests.support.servers.worlds import OwnWorld, world_of_its_own, world_on
from tests.support.skipping import SkippingWorld
from tests.support.world import World, working

os.environ["LC_ALL"] = "C.UTF-8"
"""What is told to people is told in English, whoever runs the tests."""
os.environ.pop("COLUMNS", None)
"""Nothing is folded, however wide the terminal of whoever runs the tests is."""


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
    """A whole Perkflow with a worker in this process, shared by tests that only place orders.

    `kayixin` and `pool` have sandboxes, and `fulu` has none.
    """
    async with (
        world_on(temporal.client, postgres_url, simulators, "world", more=SANDBOXES) as shared,
        working(shared.workers()),
    ):
        yield shared


@pytest.fixture(scope="session")
def own_world(temporal_binary: Path, postgres_url: str, simulators: Simulators) -> OwnWorld:
    """Makes worlds with a Temporal server of their own."""
    return partial(world_of_its_own, temporal_binary, postgres_url, simulators)


@pytest.fixture
def skipping_world(world: World) -> SkippingWorld:
    """The shared world, with a time of its own for every order that is placed by this test."""
    return SkippingWorld(**vars(world))


@pytest.fixture
async def fresh_world(own_world: OwnWorld) -> AsyncIterator[World]:
    """A world of this test alone, with its worker: for what a run left by another test would change.

    How a supplier fares is such: a question of an earlier test that finds no answer counts against it.
    """
    async with own_world(f"fresh{uuid.uuid4().hex[:12]}") as fresh, working(fresh.workers()):
        yield fresh


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file and return its path."""

    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return written
