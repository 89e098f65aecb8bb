"""Published contracts as the book has them: read as they were stored, and once in a process."""

from storage.contracts.bundles import current_catalogue, published_bundle, published_bundles
from tests.support.documents import benefit, offer
from tests.support.world import World

KEY = benefit("contract-key", "key", offer("kayixin", "1001"))


async def test_a_published_contract_is_read_as_it_was_stored_and_once(world: World) -> None:
    """Its hold may be longer than what may be written today."""
    published = await world.publish([{"id": "key", "benefit": "contract-key"}], [KEY], hold_for="P400D")
    async with world.database.transaction() as session:
        first = await published_bundle(session, published.id, published.version)
        again = await published_bundle(session, published.id, published.version)
        everything = await published_bundles(session)
        catalogue = await current_catalogue(session)
        the_same = await current_catalogue(session)
        none = await published_bundle(session, published.id, published.version + 1)
    assert first is not None
    assert first.hold_for == published.hold_for
    assert first in everything
    assert first is again
    assert catalogue is the_same
    assert catalogue is not None
    assert catalogue.benefit("contract-key") is not None
    assert none is None
