"""A supplier that does not answer, or that somebody paused, is left alone; and costs nobody else anything."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.notes.general import Said
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import Uncertain
from domain.verbs.verb import Act
from storage.purchasing.at_hand import of_attempt
from storage.purchasing.outcomes import record_answer
from storage.supply import health
from storage.tables import Attempt
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.skipping import SkippingWorld
from tests.support.world import World

DEAD = benefit("dead-key", "key", offer("dead", "1"))
TWO = benefit("two-keys", "key", offer("kayixin", "1001"), offer("fulu", "10000587", priority=20))
NOW = datetime.now(UTC)
SILENT = Said(text="no answer")


@pytest.fixture
def world(fresh_world: World) -> World:
    """A world of each test's own: how its suppliers fare is what is asked."""
    return fresh_world


async def pause(world: World, *names: str) -> None:
    async with world.database.transaction() as session:
        for name in names:
            await health.pause(session, name, "lin", "it sells test codes", NOW)


async def test_a_paused_supplier_is_passed_over_without_a_call(world: World) -> None:
    await pause(world, "kayixin")
    bundle = await world.publish([{"id": "video", "benefit": "two-keys"}], [TWO])
    view = await world.fulfil(world.order(bundle))
    assert [(a.connection, a.state) for a in view.deliveries[0].attempts] == [("fulu", "delivered")]
    assert [sale.supplier for sale in world.sales(view)] == ["fulu"]
    [refused] = [event for event in view.events if event.type == "delivery.refused"]
    assert english(refused.data["note"]) == "kayixin was paused by lin: it sells test codes"


async def test_what_was_bought_before_a_pause_is_still_asked_about(world: World) -> None:
    pending = benefit("pending-key", "key", offer("fulu", "10000587"))
    bundle = await world.publish([{"id": "video", "benefit": "pending-key"}], [pending])
    document = world.order(bundle)
    await world.place(document)
    await world.until(document, lambda view: len(view.deliveries[0].attempts) == 1)
    await pause(world, "fulu")
    view = await world.finish(document)
    assert [(a.connection, a.state) for a in view.deliveries[0].attempts] == [("fulu", "delivered")]


async def test_with_every_supplier_paused_it_is_held_and_goes_on_when_one_is_resumed(world: World) -> None:
    await pause(world, "kayixin", "fulu")
    bundle = await world.publish([{"id": "video", "benefit": "two-keys"}], [TWO], hold_for="P1D")
    document = world.order(bundle)
    await world.place(document)
    held = await world.until(document, lambda view: view.state == "held")
    assert (held.deliveries[0].hold_reason, held.deliveries[0].attempts) == ("supplier_unavailable", [])
    async with world.database.transaction() as session:
        assert await health.resume(session, "fulu", NOW)
    await ask(world, held, Act.RETRY)
    done = await world.finish(document)
    assert [(a.connection, a.state) for a in done.deliveries[0].attempts] == [("fulu", "delivered")]


async def test_a_supplier_that_does_not_answer_is_left_alone_after_five_failures(
    skipping_world: SkippingWorld,
) -> None:
    bundle = await skipping_world.publish([{"id": "video", "benefit": "dead-key"}], [DEAD], hold_for="PT0S")
    first = await skipping_world.fulfil(skipping_world.order(bundle))
    assert [attempt.code for attempt in first.deliveries[0].attempts] == ["unreachable"]
    later = await skipping_world.fulfil(skipping_world.order(bundle))
    assert later.deliveries[0].attempts == []
    assert english(later.deliveries[0].note).startswith("dead did not answer 5 times in a row")


async def test_a_product_that_its_supplier_does_not_know_says_nothing_of_the_supplier(world: World) -> None:
    """Fulu is asked for its price before it is bought, and says that there is no such product."""
    unknown = benefit("unknown-key", "key", offer("fulu", "19999999"))
    bundle = await world.publish([{"id": "video", "benefit": "unknown-key"}], [unknown], hold_for="PT0S")
    view = await world.fulfil(world.order(bundle))
    assert [(a.state, a.submissions) for a in view.deliveries[0].attempts] == [("rejected", 1)]
    assert english(view.deliveries[0].note).endswith("the price was refused: 商品不存在")
    async with world.database.transaction() as session:
        assert await health.read_health(session) == []


async def test_orders_that_find_their_supplier_dead_all_at_once_go_on_to_the_next(world: World) -> None:
    """Its circuit opens while they still try to reach it; what never left there may be bought elsewhere."""
    either = benefit("either-key", "key", offer("dead", "1"), offer("fulu", "10000587", priority=20))
    bundle = await world.publish([{"id": "video", "benefit": "either-key"}], [either], hold_for="P1D")
    views = await asyncio.gather(*(world.fulfil(world.order(bundle)) for _ in range(10)))
    assert [view.state for view in views] == ["completed"] * 10
    tried = [a for view in views for a in view.deliveries[0].attempts if a.connection == "dead"]
    assert {(a.state, a.code, a.submissions) for a in tried} == {("rejected", "unreachable", 0)}
    assert sum(len(world.sales(view)) for view in views) == 10


async def test_of_ten_purchases_at_once_one_is_let_through_to_see(world: World) -> None:
    async with world.database.transaction() as session:
        for _ in range(5):
            await health.record_failure(session, "kayixin", SILENT, NOW - timedelta(minutes=1))

    async def let_through() -> bool:
        async with world.database.transaction() as session:
            return await health.gate(session, "kayixin", NOW) is None

    assert sum(await asyncio.gather(*(let_through() for _ in range(10)))) == 1
    async with world.database.transaction() as session:
        await health.record_success(session, "kayixin", NOW)
    assert await let_through() and await let_through()


async def test_a_trial_that_fails_doubles_the_wait_and_calls_sent_before_it_do_not(world: World) -> None:
    async def fails(times: int, after: timedelta) -> None:
        async with world.database.transaction() as session:
            for _ in range(times):
                await health.record_failure(session, "kayixin", SILENT, NOW + after)

    async def passes(after: timedelta) -> bool:
        async with world.database.transaction() as session:
            return await health.gate(session, "kayixin", NOW + after) is None

    await fails(50, timedelta())
    assert not await passes(timedelta(seconds=29))
    assert await passes(timedelta(seconds=30))
    await fails(1, timedelta(seconds=32))
    assert not await passes(timedelta(seconds=91))
    assert await passes(timedelta(seconds=92))


async def test_a_refusal_is_an_answer_and_closes_the_circuit(world: World) -> None:
    refused = benefit("refused-key", "key", offer("kayixin", "2002"))
    bundle = await world.publish([{"id": "video", "benefit": "refused-key"}], [refused], hold_for="PT0S")
    async with world.database.transaction() as session:
        for _ in range(5):
            await health.record_failure(session, "kayixin", SILENT, NOW - timedelta(minutes=1))
    view = await world.fulfil(world.order(bundle))
    assert [attempt.state for attempt in view.deliveries[0].attempts] == ["rejected"]
    async with world.database.transaction() as session:
        [fares] = await health.read_health(session)
    assert (fares.connection, fares.circuit, fares.failures) == ("kayixin", "closed", 0)


async def test_an_answer_that_nobody_understands_is_an_answer_too(world: World) -> None:
    pending = benefit("pending-key", "key", offer("fulu", "10000587"))
    bundle = await world.publish([{"id": "video", "benefit": "pending-key"}], [pending])
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda view: len(view.deliveries[0].attempts) == 1)
    async with world.database.transaction() as session:
        attempt = await session.scalar(select(Attempt).where(Attempt.delivery_id == view.deliveries[0].id))
        assert attempt is not None and attempt.closed_at is None
        for _ in range(5):
            await health.record_failure(session, "fulu", SILENT, NOW)
        said, outcome = ("fulu.order.info.get", "code 31337"), Uncertain(Said(text="code 31337"))
        promises = Capabilities("refuse", True, False, timedelta(0))
        await record_answer(
            session,
            world.vault,
            await of_attempt(session, view.order_id, attempt.id),
            outcome,
            said,
            promises,
            NOW,
            asked=True,
        )
        [fares] = await health.read_health(session)
        await session.rollback()
    assert (fares.connection, fares.circuit, fares.failures) == ("fulu", "closed", 0)
    assert (await world.finish(document)).state == "completed"


async def test_a_supplier_that_may_have_sold_is_waited_for_and_not_replaced(world: World) -> None:
    """The request was lost and is to be sent again under its number, but its supplier is paused by now."""
    hanging = benefit("hanging-key", "key", offer("kayixin", "2006"), offer("fulu", "10000587", priority=20))
    bundle = await world.publish([{"id": "video", "benefit": "hanging-key"}], [hanging], hold_for="P1D")
    document = world.order(bundle)
    await world.place(document)
    sent = await world.until(document, lambda view: len(view.deliveries[0].attempts) == 1)
    await pause(world, "kayixin")
    held = await world.until(document, lambda view: view.state == "held")
    assert sent.deliveries[0].attempts[0].connection == "kayixin"
    assert [attempt.state for attempt in held.deliveries[0].attempts] == ["uncertain"]
    assert english(held.deliveries[0].note) == "kayixin was paused by lin: it sells test codes"
