"""One order that does not open spoils no other's turn: it is passed over, named, and asked about later."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from domain.notes.upkeep import AccountNotOpened, DataKeyGone, RingLacksKey
from domain.notes.words import Language
from storage.aftercare import verification
from storage.base.sealing import KeyRing, new_data_key
from storage.tables import Attempt, DataKey, RecipientRow
from storage.upkeep.unopened import TRIED_AGAIN, why_unopened
from storage.views.orders import OrderView
from storage.views.stuck_orders import list_stuck
from tests.support.documents import benefit, offer
from tests.support.servers.deployment import fresh_keys
from tests.support.watching import one_watch
from tests.support.world import World

CREDIT = benefit("unopened-credit", "recharge", offer("kayixin", "1006"), account="phone")
LONG_AGO = datetime.now(UTC) - timedelta(days=400)


async def recharged(world: World, phone: str) -> OrderView:
    """A closed order of phone credit."""
    bundle = await world.publish([{"id": "credit", "benefit": "unopened-credit"}], [CREDIT])
    recipients = {"shared": {"type": "phone", "value": phone}}
    view = await world.fulfil(world.order(bundle, recipients=recipients))
    assert view.state == "completed"
    return view


async def due(world: World, *views: OrderView) -> None:
    """Let them be asked about in this order, before all others."""
    async with world.database.transaction() as session:
        for age, view in enumerate(views):
            attempt = update(Attempt).where(Attempt.delivery_id == view.deliveries[0].id)
            await session.execute(attempt.values(verify_at=LONG_AGO + timedelta(seconds=age)))


async def asked_at(world: World, view: OrderView) -> datetime:
    """When it is asked about next."""
    async with world.database.transaction() as session:
        at = await session.scalar(
            select(Attempt.verify_at).where(Attempt.delivery_id == view.deliveries[0].id)
        )
    assert at is not None
    return at


async def lose_the_key(world: World, order_id: str) -> None:
    async with world.database.transaction() as session:
        await session.delete(await session.get_one(DataKey, order_id))


async def seal_under_another_ring(world: World, order_id: str) -> None:
    other = KeyRing.parse(fresh_keys()["PERKFLOW_KEYRING"].replace("k1", "k9"))
    async with world.database.transaction() as session:
        row = await session.get_one(DataKey, order_id)
        row.wrapped = new_data_key(other, order_id)[1]


async def change_the_account(world: World, order_id: str) -> None:
    async with world.database.transaction() as session:
        row = await session.get_one(RecipientRow, (order_id, "shared"))
        row.sealed = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lose_the_key, DataKeyGone()),
        (seal_under_another_ring, RingLacksKey(key="k9")),
        (change_the_account, AccountNotOpened(account="shared")),
    ],
)
async def test_the_others_of_its_connection_are_asked_about_and_it_is_named(
    world: World, monkeypatch: pytest.MonkeyPatch, spoil: object, why: object
) -> None:
    """Not even where a page has room for it alone."""
    monkeypatch.setattr(verification, "AT_A_TIME", 1)
    spoilt, other = await recharged(world, "13800004001"), await recharged(world, "13800004002")
    await spoil(world, spoilt.order_id)  # type: ignore[operator]
    await due(world, spoilt, other)
    began = datetime.now(UTC)
    await one_watch(world, f"watch-{spoilt.order_no}")
    assert await asked_at(world, other) > began + timedelta(days=1)
    put_off = await asked_at(world, spoilt)
    assert began + TRIED_AGAIN <= put_off <= datetime.now(UTC) + TRIED_AGAIN
    async with world.database.snapshot() as session:
        stuck = {line.order_id: line.stuck for line in await list_stuck(session, datetime.now(UTC))}
    assert stuck[spoilt.order_id] == why
    assert other.order_id not in stuck


async def test_one_that_opens_again_is_named_no_longer(world: World) -> None:
    view = await recharged(world, "13800004003")
    async with world.database.transaction() as session:
        whole = (await session.get_one(DataKey, view.order_id)).wrapped
    await seal_under_another_ring(world, view.order_id)
    await due(world, view)
    await one_watch(world, f"watch-{view.order_no}-a")
    async with world.database.transaction() as session:
        assert await why_unopened(session, [view.order_id]) == {view.order_id: RingLacksKey(key="k9")}
        (await session.get_one(DataKey, view.order_id)).wrapped = whole
    await due(world, view)
    await one_watch(world, f"watch-{view.order_no}-b")
    async with world.database.snapshot() as session:
        assert await why_unopened(session, [view.order_id]) == {}


def test_people_are_told_what_to_do_about_it() -> None:
    assert RingLacksKey(key="k9").say(Language.EN) == (
        "its data key lies under the key k9, which is not in the ring: put it behind the others"
    )
