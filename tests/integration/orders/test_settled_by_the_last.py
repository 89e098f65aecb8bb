"""The last answer of an order settles it, where nothing else is left to do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import OrderState
from domain.messages import OrderResult
from domain.money import Money
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import Delivered, IssuedUnit, Receipt
from storage.deliveries.closing import settle_delivered
from storage.purchasing import at_hand
from storage.purchasing.attempts import Send, begin_submit
from storage.purchasing.outcomes import record_answer
from storage.tables import Delivery, Order
from tests.support.documents import benefit, offer
from tests.support.world import World

PROMISES = Capabilities("refuse", True, True, timedelta(0))
LATER = {"benefit": "last-key", "release": {"after": "P30D"}}
KEY = benefit("last-key", "key", offer("kayixin", "1001"))


async def sold(session: AsyncSession, world: World, delivery: Delivery) -> at_hand.AtHand:
    """A delivery of an order that sleeps, once its supplier's answer is written down."""
    now = datetime.now(UTC)
    found = await at_hand.of_delivery(session, delivery.order_id, delivery.id, 0)
    begun = await begin_submit(session, world.vault, found, 0, now)
    assert isinstance(begun, Send)
    await session.flush()
    found = await at_hand.of_attempt(session, delivery.order_id, begun.attempt_id)
    key = IssuedUnit(number=f"LAST-{world.token}-{delivery.id}")
    answer = Delivered((key,), Receipt(supplier_order="S1", charged=Money(amount=100, currency="CNY")))
    await record_answer(session, world.vault, found, answer, ("", ""), PROMISES, now, asked=False)
    await session.flush()
    return found


def nothing(_: Delivery) -> None:
    """The other delivery stands as it was made."""


def waived(other: Delivery) -> None:
    other.waived = True


def revoked(other: Delivery) -> None:
    other.state, other.units_delivered = "revoked", 0


def in_part(other: Delivery) -> None:
    other.units = 2


@pytest.mark.parametrize(
    ("meanwhile", "beside", "settles"),
    [
        (nothing, 0, True),
        (nothing, 1, False),
        (nothing, None, False),
        (waived, 0, False),
        (revoked, 0, False),
        (in_part, 0, False),
    ],
    ids=["all made", "a book put back", "a case asks", "one waived", "one revoked", "one made in part"],
)
async def test_the_last_answer_settles_only_what_was_made_in_full(
    world: World, meanwhile: Callable[[Delivery], None], beside: int | None, settles: bool
) -> None:
    bundle = await world.publish([{"id": name, **LATER} for name in ("one", "two")], [KEY])
    receipt = await world.place(world.order(bundle))
    async with world.database.transaction() as session:
        about = select(Delivery).where(Delivery.order_id == receipt.order_id).order_by(Delivery.position)
        first, last = await session.scalars(about)
        alone = await sold(session, world, first)
        early = await settle_delivered(session, alone, last.revision, datetime.now(UTC))
        meanwhile(first)
        await session.flush()
        found = await sold(session, world, last)
        seen = None if beside is None else first.revision + beside
        ended = await settle_delivered(session, found, seen, datetime.now(UTC))
        order = await session.get_one(Order, receipt.order_id)
        stands = (order.state, order.closed_at is not None)
        await session.rollback()
    done = OrderResult(order_id=receipt.order_id, state=OrderState.COMPLETED)
    assert (early, ended) == (None, done if settles else None)
    assert (stands == ("completed", True)) is settles
