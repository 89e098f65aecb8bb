"""A time-skipping Temporal server: months pass in seconds, and activities read the time from it."""

import tempfile
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from temporalio import activity
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.testservice.v1 import LockTimeSkippingRequest, UnlockTimeSkippingRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from domain.order import OrderDocument
from settings import Settings
from simulator.server import Simulators
from starter.codec import data_converter
from storage.database import Database
from storage.reading import OrderView
from tests.support.test_server import find_or_fetch
from tests.support.world import World, connections_of, fresh_keys, vault_of, working
from workflows.search_attributes import ALL


def server_time() -> datetime:
    """When the running activity was started, on the server's clock."""
    return activity.info().started_time


async def _register(client: Client) -> None:
    """This server registers search attributes but cannot list them."""
    types = {"Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD}
    types["KeywordList"] = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST
    attributes = {name: types[kind] for name, kind in ALL.items()}
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes=attributes)
    )


class SkippingWorld(World):
    """Skips time while it waits for an order's end; otherwise time passes as it does for the database."""

    async def finish(self, document: OrderDocument, seconds: float = 60) -> OrderView:
        await self.client.test_service.unlock_time_skipping(UnlockTimeSkippingRequest())
        try:
            return await super().finish(document, seconds)
        finally:
            await self.client.test_service.lock_time_skipping(LockTimeSkippingRequest())


@pytest.fixture
async def skipping_world(database_url: str, simulators: Simulators) -> AsyncIterator[World]:
    """A whole Perkflow on a server of its own that can skip time, with a worker in this process."""
    keys = fresh_keys()
    vault = vault_of(keys)
    database = Database(database_url)
    with tempfile.TemporaryDirectory() as folder:
        connections = connections_of(simulators, Path(folder))
    server = find_or_fetch(Settings())
    environment = await WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(server))
    async with environment:
        await _register(environment.client)
        config = environment.client.config()
        config["data_converter"] = data_converter(vault.ring)
        world = SkippingWorld(Client(**config), database, vault, simulators, connections, keys)
        async with working(world.workers(clock=server_time)):
            yield world
    await database.close()
