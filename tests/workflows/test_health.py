"""A delivery that nobody may be asked to make waits, and goes on by itself once somebody may."""

from datetime import UTC, datetime

import pytest

from domain.notes.general import Because, Said
from domain.notes.progress import SupplierPaused, SupplierSilent
from storage.supply import health
from tests.support.documents import benefit, offer
from tests.support.world import World

KEY = benefit("only-key", "key", offer("kayixin", "1001"))


@pytest.fixture
def world(fresh_world: World) -> World:
    """A world of each test's own: how its suppliers fare is what is asked."""
    return fresh_world


async def test_what_is_held_for_a_paused_supplier_goes_on_by_itself_once_it_is_resumed(
    skipping_world: World,
) -> None:
    async with skipping_world.database.transaction() as session:
        await health.pause(session, "kayixin", "lin", "it sells test codes", datetime.now(UTC))
    bundle = await skipping_world.publish([{"id": "video", "benefit": "only-key"}], [KEY], hold_for="P1D")
    document = skipping_world.order(bundle)
    await skipping_world.place(document)
    before = await skipping_world.until(document, lambda view: view.state == "held")
    async with skipping_world.database.transaction() as session:
        assert await health.resume(session, "kayixin", datetime.now(UTC))
    after = await skipping_world.finish(document)
    assert (before.deliveries[0].hold_reason, before.deliveries[0].attempts) == ("supplier_unavailable", [])
    assert before.deliveries[0].note == SupplierPaused(
        supplier="kayixin", actor="lin", reason="it sells test codes"
    )
    assert (after.state, len(skipping_world.sales(after))) == ("completed", 1)


async def test_a_circuit_that_opened_is_tried_by_the_next_delivery_that_is_due(skipping_world: World) -> None:
    """Nobody resumes it: what is held for it tries again ten minutes later, and is its trial."""
    now = datetime.now(UTC)
    async with skipping_world.database.transaction() as session:
        for _ in range(5):
            await health.record_failure(session, "kayixin", Said(text="no answer"), now)
    bundle = await skipping_world.publish([{"id": "video", "benefit": "only-key"}], [KEY], hold_for="P1D")
    document = skipping_world.order(bundle)
    await skipping_world.place(document)
    before = await skipping_world.until(document, lambda view: view.state == "held")
    after = await skipping_world.finish(document)
    async with skipping_world.database.transaction() as session:
        [fares] = await health.read_health(session)
    assert before.deliveries[0].note == Because(
        what=SupplierSilent(supplier="kayixin", times=5), why=Said(text="no answer")
    )
    assert (after.state, len(skipping_world.sales(after))) == ("completed", 1)
    assert (fares.circuit, fares.failures) == ("closed", 0)
