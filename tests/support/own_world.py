"""A world with servers of its own, for tests that need processes beside it."""

import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.client import Client

from simulator.serving.server import Simulators
from starter.codec import data_converter
from storage.base.database import Database
from tests.support.servers import PLAIN, temporal_in_memory
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
    binary: Path, postgres_url: str, simulators: Simulators, name: str, settings: Mapping[str, str] = PLAIN
) -> AsyncIterator[tuple[World, dict[str, str]]]:
    """A world without workers, and the environment that a worker process of it needs.

    `settings` are of its Temporal server's dynamic configuration.
    """
    keys = fresh_keys()
    vault = vault_of(keys)
    url = prepare_database(postgres_url, name)
    with tempfile.TemporaryDirectory() as folder:
        connections = connections_of(simulators, Path(folder))
        async with temporal_in_memory(binary, settings) as environment:
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
