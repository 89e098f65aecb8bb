"""A book of a test's own, without any runs."""

from collections.abc import AsyncIterator

import pytest

from starter.desk.webhooks.desk import Webhooks
from storage.base.database import Database
from tests.support.servers.deployment import fresh_keys, vault_of


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
