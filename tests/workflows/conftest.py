"""A time-skipping Temporal server: months pass in seconds, and activities read the time from it."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client

from simulator.serving.server import Simulators
from starter.codec import data_converter
from storage.base.database import Database
from tests.support.skipping import ServerClock, SkippingWorld
from tests.support.test_server import running_test_server
from tests.support.world import connections_of, fresh_keys, vault_of, working
from workflows.search_attributes import ALL


async def _register(client: Client) -> None:
    """This server registers search attributes but cannot list them."""
    types = {"Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD}
    types["KeywordList"] = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST
    attributes = {name: types[kind] for name, kind in ALL.items()}
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes=attributes)
    )


@pytest.fixture
async def skipping_world(database_url: str, simulators: Simulators) -> AsyncIterator[SkippingWorld]:
    """A whole Perkflow on a server of its own that can skip time, with a worker in this process."""
    keys = fresh_keys()
    vault = vault_of(keys)
    database = Database(database_url)
    with tempfile.TemporaryDirectory() as folder:
        connections = connections_of(simulators, Path(folder))
    async with running_test_server() as address:
        client = await Client.connect(address, data_converter=data_converter(vault))
        await _register(client)
        clock = ServerClock(address)
        world = SkippingWorld(client, database, vault, simulators, connections, keys, clock=clock)
        async with working(world.workers(clock=clock)):
            yield world
        clock.close()
    await database.close()
