"""Orders that only write events: the feed does not mind what they are about."""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from storage.base import journal
from storage.base.database import Database
from storage.tables import Channel, Order

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def order(number: int) -> Order:
    """An order with nothing in it."""
    return Order(
        id=f"ord_{number}",
        channel="shop",
        livemode=True,
        order_no=f"{number}",
        digest="",
        bundle_id="b",
        bundle_version=1,
        quantity=1,
        price_amount=100,
        currency="CNY",
        buyer_ref="",
        buyer_index="",
        state="acknowledged",
        policy={},
        hold_seconds=0,
        placed_at=NOW,
        accepted_at=NOW,
        lang="en",
    )


async def lay_down(database: Database, many: int) -> list[str]:
    """So many orders; their ids."""
    orders = [order(number) for number in range(many)]
    async with database.transaction() as session:
        session.add(Channel(name="shop", livemode=True, created_at=NOW))
        await session.flush()
        session.add_all(orders)
    return [each.id for each in orders]


async def write(session: AsyncSession, order_id: str, kind: str = "order.paused") -> None:
    """One event of an order, in a transaction that is open."""
    journal.record(session, await journal.lock_order(session, order_id), kind, NOW)
    await session.flush()
