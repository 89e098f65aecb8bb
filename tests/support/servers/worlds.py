"""Building a world: on servers that are there, or with a Temporal server of its own."""

import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from temporalio.client import Client

from simulator.serving.server import Simulators
from starter.codec import data_converter
from storage.base.database import Database
from storage.supply.sandboxes import declare
from tests.support.servers.databases import prepare_database
from tests.support.servers.deployment import connections_of, fresh_keys, simulator_variables, vault_of
from tests.support.servers.temporal import PLAIN, temporal_in_memory
from tests.support.times import Times
from tests.support.world import World


class OwnWorld(Protocol):
    """Makes a world with a Temporal server of its own, without workers.

    `name` is that of its database; `settings` are of its server's dynamic configuration.
    """

    def __call__(self, name: str, settings: Mapping[str, str] = PLAIN) -> AbstractAsyncContextManager[World]:
        """The world, while the block runs."""
        ...


@asynccontextmanager
async def world_on(
    temporal: Client,
    postgres_url: str,
    simulators: Simulators,
    name: str,
    keys: Mapping[str, str] | None = None,
    more: str = "",
) -> AsyncIterator[World]:
    """A world on these servers, with a database of this name and without workers; `more` connections."""
    keys = keys or fresh_keys()
    vault, times = vault_of(keys), Times()
    url = prepare_database(postgres_url, name)
    client = temporal.config() | {"data_converter": data_converter(vault), "interceptors": [times]}
    with tempfile.TemporaryDirectory() as folder:
        file, connections = connections_of(simulators, Path(folder), more)
        variables = {
            **os.environ,
            **keys,
            **simulator_variables(simulators),
            "PERKFLOW_DATABASE_URL": url,
            "PERKFLOW_CONNECTIONS": str(file),
            "TEMPORAL_ADDRESS": temporal.service_client.config.target_host,
        }
        database = Database(url)
        async with database.transaction() as session:
            sides = {name: each.sandbox_of for name, each in connections.items()}
            await declare(session, sides, datetime.now(UTC))
        yield World(Client(**client), database, vault, simulators, connections, variables, times)
        await database.close()


@asynccontextmanager
async def world_of_its_own(
    binary: Path, postgres_url: str, simulators: Simulators, name: str, settings: Mapping[str, str] = PLAIN
) -> AsyncIterator[World]:
    """A world on a Temporal server of its own."""
    async with (
        temporal_in_memory(binary, settings) as environment,
        world_on(environment.client, postgres_url, simulators, name) as world,
    ):
        yield world
