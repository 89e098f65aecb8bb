"""A supplier that says it is too busy did answer, and is asked again when it wants to be."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from adapters.supplier import NotSent
from domain.notes.general import Said
from domain.notes.supply.answers import TooBusy
from domain.notes.supply.exchanges import HttpStatus
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import Delivered, IssuedUnit, Uncertain
from storage.purchasing.at_hand import of_attempt
from storage.purchasing.outcomes import record_answer
from storage.supply import health
from storage.tables import Attempt
from tests.support.answering import Answering
from tests.support.documents import benefit, offer
from tests.support.world import World

NOW = datetime.now(UTC)


@pytest.fixture
def world(fresh_world: World) -> World:
    """A world of each test's own: how its suppliers fare is what is asked."""
    return fresh_world


async def test_a_supplier_that_is_too_busy_to_name_a_price_is_asked_again_when_it_wants(
    world: World, answering: Answering
) -> None:
    busy = NotSent(HttpStatus(status=429), answered=True, after=timedelta(seconds=3))
    key = IssuedUnit(number="busy-1", password="p")
    answering.with_("submit", "busy", busy, Delivered((key,)))
    bundle = await world.publish(
        [{"id": "video", "benefit": "busy-key"}], [benefit("busy-key", "key", offer("kayixin", "busy"))]
    )
    before = datetime.now(UTC)
    view = await world.fulfil(world.order(bundle))
    [attempt] = view.deliveries[0].attempts
    assert (attempt.state, attempt.submissions) == ("delivered", 1)
    assert attempt.closed_at is not None and attempt.closed_at >= before + timedelta(seconds=3)
    notes = [e.data["note"] for e in view.events if e.type == "delivery.not_sent"]
    assert notes == [TooBusy(supplier="kayixin").as_json()]
    async with world.database.transaction() as session:
        assert await health.read_health(session) == []


@pytest.mark.parametrize("body", ["", "slow down"])
async def test_too_many_requests_is_an_answer(world: World, body: str) -> None:
    pending = benefit("pending-key", "key", offer("fulu", "10000587"))
    bundle = await world.publish([{"id": "video", "benefit": "pending-key"}], [pending])
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda view: len(view.deliveries[0].attempts) == 1)
    async with world.database.transaction() as session:
        attempt = await session.scalar(select(Attempt).where(Attempt.delivery_id == view.deliveries[0].id))
        assert attempt is not None and attempt.closed_at is None
        for _ in range(4):
            await health.record_failure(session, "fulu", Said(text="no answer"), NOW)
        outcome, promises = (
            Uncertain(Said(text="HTTP 429"), after=timedelta()),
            Capabilities("refuse", True, False, timedelta(0)),
        )
        await record_answer(
            session,
            world.vault,
            await of_attempt(session, view.order_id, attempt.id),
            outcome,
            ("", body),
            promises,
            NOW,
            asked=True,
        )
        [fares] = await health.read_health(session)
        await session.rollback()
    assert (fares.connection, fares.circuit, fares.failures) == ("fulu", "closed", 0)
