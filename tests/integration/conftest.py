"""What tests of one shared world must not leave to each other."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete

from storage.tables import ConnectionHealth
from tests.support.answering import Answering
from tests.support.world import World


@pytest.fixture(autouse=True)
async def everyone_fares_well(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """A supplier that one test made fail is not left alone in the next."""
    yield
    if "world" in request.fixturenames and "fresh_world" not in request.fixturenames:
        world: World = request.getfixturevalue("world")
        async with world.database.transaction() as session:
            await session.execute(delete(ConnectionHealth))


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Answering:
    """Kayixin's answers for made-up products; every other product is really bought."""
    return Answering(monkeypatch)
