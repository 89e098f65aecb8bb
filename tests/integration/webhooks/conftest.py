"""A world whose webhooks are tried quickly."""

import uuid
from collections.abc import AsyncIterator

import pytest

from starter.desk.webhooks.desk import Webhooks
from storage.base.database import Database
from tests.integration.webhooks.receiving import quick
from tests.support.servers.deployment import fresh_keys, vault_of
from tests.support.servers.worlds import OwnWorld
from tests.support.world import World, working


@pytest.fixture
async def hooked(own_world: OwnWorld) -> AsyncIterator[World]:
    """A world of this test alone, with a worker that sends to this machine."""
    async with (
        own_world(f"hooked{uuid.uuid4().hex[:12]}") as world,
        working(world.workers(sending=quick(world))),
    ):
        yield world


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A book of this test's own."""
    book = Database(database_url)
    yield book
    await book.close()


@pytest.fixture
def desk(database: Database) -> Webhooks:
    """Its endpoints and events."""
    return Webhooks(database, vault_of(fresh_keys()).ring)
