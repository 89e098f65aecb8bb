"""Events made public by hand, and what was made of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import event, select, update

from storage.base.database import Database
from storage.feed.consuming import AT_A_TIME, taking
from storage.public.restart import forget
from storage.tables import FeedCursor, PublicEvent
from storage.webhooks.projecting import CONSUMER, project
from tests.integration.feed.orders import NOW
from tests.integration.feed.reading import settle_all

Bodies = Mapping[str | None, list[dict[str, Any]]]


async def make_public(database: Database, now: datetime = NOW, most: int = AT_A_TIME) -> int:
    """How many events are public that were not, once all are settled; taken so many at a time."""
    await settle_all(database)
    return await make_settled_public(database, now, most)


async def make_settled_public(database: Database, now: datetime = NOW, most: int = AT_A_TIME) -> int:
    """As `make_public`, of those that are settled."""
    made = 0
    while True:
        async with taking(database, CONSUMER, most) as taken:
            assert taken is not None
            made += await project(taken, now)
        if taken.is_last:
            return made


async def bodies(database: Database) -> Bodies:
    """Every public event, by its order, in the order of their numbers."""
    found: dict[str | None, list[dict[str, Any]]] = {}
    async with database.snapshot() as session:
        for row in await session.scalars(select(PublicEvent).order_by(PublicEvent.number)):
            found.setdefault(row.order_id, []).append(row.body)
    return found


async def go_back(database: Database, after: int) -> None:
    """Take everything after a position anew, as in a book that was restored."""
    async with database.transaction() as session:
        await forget(session, after)
        await session.execute(update(FeedCursor).values(position=after))


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are sent while the block runs, but for those of transactions."""
    sent = list[str]()

    def told(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    engine = database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", told)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", told)
