"""A world with servers of its own, for tests that need processes beside it."""

import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from simulator.serving.server import Simulators
from starter.codec import data_converter
from storage.base.database import Database
from tests.conftest import ATTRIBUTES
from tests.support.world import (
    World,
    connections_of,
    fresh_keys,
    prepare_database,
    simulator_variables,
    vault_of,
)


@asynccontextmanager
async def world_of_its_own(
    binary: Path, postgres_url: str, simulators: Simulators, name: str, server: Sequence[str] = ()
) -> AsyncIterator[tuple[World, dict[str, str]]]:
    """A world without workers, and the environment that a worker process of it needs.

    `server` are further arguments of its Temporal server.
    """
    keys = fresh_keys()
    vault = vault_of(keys)
    url = prepare_database(postgres_url, name)
    with tempfile.TemporaryDirectory() as folder:
        connections = connections_of(simulators, Path(folder))
        environment = await WorkflowEnvironment.start_local(
            dev_server_existing_path=str(binary),
            search_attributes=ATTRIBUTES,
            dev_server_log_level="error",
            dev_server_extra_args=server,
        )
        async with environment:
            config = environment.client.config()
            config["data_converter"] = data_converter(vault)
            database = Database(url)
            variables = {
                **os.environ,
                **keys,
                **simulator_variables(simulators),
                "PERKFLOW_DATABASE_URL": url,
                "PERKFLOW_CONNECTIONS": str(Path(folder) / "connections.yaml"),
                "TEMPORAL_ADDRESS": environment.client.service_client.config.target_host,
            }
            yield World(Client(**config), database, vault, simulators, connections, keys), variables
            await database.close()
