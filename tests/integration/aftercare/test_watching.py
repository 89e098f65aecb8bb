"""Watching what was delivered: each connection has its own share of it, and none keeps the others waiting."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from temporalio.testing import ActivityEnvironment

from activities.suppliers import MOST_SILENCES, ConnectionActivities
from adapters.registry import build
from domain.messages import DueVerification, VerificationBatch
from domain.notes.general import Said
from domain.supply.outcomes import Uncertain
from storage.aftercare import verification
from storage.supply.pool_stock import PoolStock
from storage.tables import Attempt
from storage.views.orders import OrderView
from tests.support.answering import Answering
from tests.support.documents import benefit, offer
from tests.support.watching import one_watch
from tests.support.world import World

KEY = benefit("watched-key", "key", offer("kayixin", "1001"))
LINK = benefit("watched-link", "link", offer("fulu", "10000588"))
LONG_AGO = datetime.now(UTC) - timedelta(days=400)


async def delivered(world: World, keys: int) -> OrderView:
    """A closed order of so many keys and one link, all of them due for asking."""
    components = [{"id": f"key-{number}", "benefit": "watched-key"} for number in range(keys)]
    bundle = await world.publish([*components, {"id": "link", "benefit": "watched-link"}], [KEY, LINK])
    view = await world.fulfil(world.order(bundle))
    async with world.database.transaction() as session:
        for age, delivery in enumerate(view.deliveries):
            due = update(Attempt).where(Attempt.delivery_id == delivery.id)
            await session.execute(due.values(verify_at=LONG_AGO + timedelta(seconds=age)))
    return view


async def due_of(world: World, view: OrderView) -> set[str]:
    """Its deliveries that are still due for asking."""
    ids = [delivery.id for delivery in view.deliveries]
    due = select(Attempt.delivery_id).where(
        Attempt.delivery_id.in_(ids), Attempt.verify_at < datetime.now(UTC)
    )
    async with world.database.transaction() as session:
        return set(await session.scalars(due))


async def test_a_connection_with_much_to_ask_leaves_the_others_theirs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "AT_A_TIME", 2)
    view = await delivered(world, keys=3)
    async with world.database.transaction() as session:
        found = await verification.due_verifications(session, LONG_AGO + timedelta(minutes=1))
    asked = {each.connection: [ref.delivery_id for ref in each.deliveries] for each in found}
    first, second, _, link = (delivery.id for delivery in view.deliveries)
    assert asked == {"fulu": [link], "kayixin": [first, second]}


async def test_one_round_asks_page_after_page_while_there_is_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "AT_A_TIME", 2)
    view = await delivered(world, keys=5)
    await one_watch(world, f"watch-{view.order_no}")
    assert await due_of(world, view) == set()


async def test_a_silent_supplier_is_not_asked_about_everything(world: World) -> None:
    view = await delivered(world, keys=MOST_SILENCES + 2)
    keys = [delivery.id for delivery in view.deliveries if delivery.component != "link"]
    refs = [DueVerification(order_id=view.order_id, delivery_id=each) for each in keys]
    supplier = build("kayixin", world.connections["kayixin"], PoolStock(world.database, world.vault))
    now = datetime.now(UTC)
    calls = ConnectionActivities("kayixin", supplier, world.database, world.vault, lambda: now)
    world.simulators["kayixin"].down_for(60)
    try:
        page = VerificationBatch(connection="kayixin", deliveries=refs, more=True)
        found = await ActivityEnvironment().run(calls.verify_batch, page)
    finally:
        world.simulators["kayixin"].down_for(0)
        await supplier.aclose()
    assert (found.deliveries, found.more) == ([], False)
    assert await due_of(world, view) & set(keys) == set(keys[MOST_SILENCES:])


async def test_a_supplier_that_is_too_busy_is_asked_no_further_and_its_answers_do_not_count(
    world: World, answering: Answering
) -> None:
    view = await delivered(world, keys=MOST_SILENCES + 2)
    keys = [delivery.id for delivery in view.deliveries if delivery.component != "link"]
    answering.with_("query", "1001", Uncertain(Said(text="HTTP 429"), after=timedelta()))
    await one_watch(world, f"watch-{view.order_no}")
    assert len(answering.asked) == MOST_SILENCES
    assert len(await due_of(world, view) & set(keys)) == 2
    async with world.database.transaction() as session:
        checks = await session.scalars(select(Attempt.checks).where(Attempt.delivery_id.in_(keys)))
        assert set(checks) == {0}
