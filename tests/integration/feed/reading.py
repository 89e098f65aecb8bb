"""Reading the feed as far as it is settled, or once all of it is.

Ids of transactions are those of the whole server: one that is open in another database, be it of a world's
worker or of the server's own upkeep, holds up every feed. What was written is therefore waited for.
"""

import asyncio

from sqlalchemy import text

from storage.base.database import Database
from storage.feed.consuming import taking
from storage.feed.settling import settle

_GIVEN = text("SELECT coalesce(pg_sequence_last_value('events_position_seq'), 0)")


async def settle_all(database: Database) -> None:
    """Wait until the feed is settled as far as it was written when this began."""
    async with database.transaction() as session:
        given = int(await session.scalar(_GIVEN))
    await settle_until(database, given)


async def settle_until(database: Database, position: int) -> None:
    """Wait until the feed is settled up to a position."""
    for _ in range(2400):
        settled = await settle(database)
        assert not settled.restored
        if settled.position >= position:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"position {position} was never settled")


async def read_settled(database: Database, consumer: str) -> list[tuple[str, int]]:
    """Which events a consumer takes of those that are settled, by order and number."""
    async with taking(database, consumer) as taken:
        return [(event.order_id, event.seq) for event in taken.events] if taken else []


async def read_all(database: Database, consumer: str) -> list[tuple[str, int]]:
    """Which events a consumer takes, once all of them are settled."""
    await settle_all(database)
    return await read_settled(database, consumer)
