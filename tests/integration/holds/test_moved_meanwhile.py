"""A purchase that its run decided on before the order was moved, and that a worker comes to afterwards."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from storage.base import journal
from storage.purchasing import at_hand
from storage.purchasing.attempts import Decided, Send, begin_submit
from storage.tables import Delivery
from tests.support.documents import benefit, offer
from tests.support.world import World

LATER = [{"id": "video", "benefit": "moved-key", "release": {"after": "P30D"}}]
AGO, AHEAD = timedelta(seconds=-1), timedelta(seconds=7)


@pytest.mark.parametrize(
    ("heard", "by", "sent"),
    [(False, AHEAD, False), (True, AHEAD, True), (False, AGO, True)],
    ids=["moved meanwhile", "known to be moved", "moved and due again"],
)
async def test_what_was_moved_meanwhile_is_bought_at_its_new_instant(
    world: World, heard: bool, by: timedelta, sent: bool
) -> None:
    bundle = await world.publish(LATER, [benefit("moved-key", "key", offer("kayixin", "1001"))])
    receipt = await world.place(world.order(bundle))
    now = datetime.now(UTC)
    async with world.database.transaction() as session:
        order = await journal.lock_order(session, receipt.order_id)
        delivery = (await session.scalars(select(Delivery).where(Delivery.order_id == order.id))).one()
        before = delivery.revision
        journal.change(
            session, order, delivery, "delivery.shifted", now, due_at=now + by, next_action_at=now + by
        )
        await session.flush()
        found = await at_hand.of_delivery(session, order.id, delivery.id, 0)
        known = delivery.revision if heard else before
        begun = await begin_submit(session, world.vault, found, 0, now, known=known)
        stands = journal.snapshot_of(delivery)
        await session.rollback()
    assert isinstance(begun, Send) is sent
    if isinstance(begun, Decided):
        assert (begun.reply.delivery, begun.reply.delivery.at) == (stands, now + by)
