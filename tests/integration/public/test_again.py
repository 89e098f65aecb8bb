"""The public events of a real order are the same however they are made: one by one, or anew from anywhere."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select, text

from storage.tables import Event
from tests.integration.public.book import Bodies, bodies, go_back, make_public
from tests.support.documents import benefit, offer
from tests.support.servers.worlds import OwnWorld
from tests.support.world import World, working

KEY = benefit("again-key", "key", offer("kayixin", "1001"))
REFUSED = benefit("again-refused", "key", offer("kayixin", "2004"), offer("fulu", "10000603", priority=11))


@pytest.fixture(scope="module")
async def ended(own_world: OwnWorld) -> AsyncIterator[World]:
    """A world with one order that was taken back as a whole and paid back, whose workers have stopped."""
    async with own_world("again") as world:
        async with working(world.workers()):
            parts: list[dict[str, Any]] = [
                {"id": "kept", "benefit": "again-key", "reversibility": "reversible"},
                {"id": "refused", "benefit": "again-refused", "release": {"after": "PT1S"}},
            ]
            bundle = await world.publish(
                parts, [KEY, REFUSED], policy="all_or_nothing", shipped_when="first_delivery"
            )
            view = await world.fulfil(world.order(bundle))
            refund = next(each.refund_id for each in view.deliveries if each.refund_id)
            await world.checkout.report_refund(refund, confirmed=True, note="paid", actor="shop")
        yield world


async def anew(world: World, after: int = 0, most: int = 500) -> Bodies:
    """What is public, once everything after a position was made anew."""
    await go_back(world.database, after)
    await make_public(world.database, most=most)
    return await bodies(world.database)


@pytest.mark.parametrize("most", [1, 2, 3, 500])
async def test_so_many_events_at_a_time(ended: World, most: int) -> None:
    whole = await anew(ended)
    [told] = whole.values()
    assert [each["sequence"] for each in told] == list(range(1, len(told) + 1))
    kinds = {each["type"] for each in told}
    assert {"order.accepted", "order.shippable", "delivery.revoked", "refund.confirmed"} <= kinds
    assert len(told[0]["data"]["deliveries"]) == 2
    async with ended.database.transaction() as session:
        for table in ("public_events", "public_orders", "public_deliveries"):
            await session.execute(text(f"DELETE FROM {table}"))
    assert await anew(ended, most=most) == whole


async def test_anew_from_wherever_a_copy_of_the_book_ended(ended: World) -> None:
    whole = await anew(ended)
    async with ended.database.snapshot() as session:
        positions = list(await session.scalars(select(Event.position).order_by(Event.position)))
    for position in positions:
        assert await anew(ended, position) == whole
