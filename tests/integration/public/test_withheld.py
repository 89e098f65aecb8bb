"""An order of which nothing can be made public is set aside: all others go on, and so does it once mended."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from domain.notes.upkeep import EventsWithheld
from domain.notes.words import Language
from domain.webhooks.projection import drafts, event_id
from starter.desk.explain.explanation import opening
from storage.base.database import Database
from storage.feed.reading import feed_row
from storage.public import making
from storage.public.withheld import TRIED_AGAIN
from storage.tables import PublicEvent, WithheldOrder
from storage.views.orders import read_order
from storage.views.stuck_orders import list_stuck
from tests.integration.feed.orders import NOW, lay_down
from tests.integration.public.book import bodies, make_public
from tests.integration.webhooks.book import paused

LATER = NOW + TRIED_AGAIN


async def named(database: Database) -> dict[str, Any]:
    """Which orders are listed, with why."""
    async with database.snapshot() as session:
        stuck = await list_stuck(session, NOW - timedelta(days=1))
    return {line.order_id: line.stuck for line in stuck}


async def explained(database: Database, order_id: str) -> str:
    """What is said of an order that nothing else is to be said of."""
    async with database.snapshot() as session:
        order = await read_order(session, order_id)
    assert order is not None
    return opening(order)[1].say(Language.EN)


async def sequences(database: Database) -> dict[str | None, list[int]]:
    return {order: [each["sequence"] for each in told] for order, told in (await bodies(database)).items()}


async def test_one_whose_events_make_no_sense_delays_nobody(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, other = await lay_down(database, 2)
    await paused(database, broken)
    await make_public(database)

    def fail(standing: Any, *more: Any) -> Any:
        if standing.frame.id == broken:
            raise KeyError("made up")
        return drafts(standing, *more)

    caplog.set_level(logging.INFO, making.__name__)
    with monkeypatch.context() as patched:
        patched.setattr(making, "drafts", fail)
        await paused(database, broken, 2)
        await paused(database, other)
        assert await make_public(database) == 1
        await paused(database, broken)
        await paused(database, other)
        assert await make_public(database) == 1
        assert await make_public(database, LATER) == 0
    assert await sequences(database) == {broken: [1], other: [1, 2]}
    assert await named(database) == {broken: EventsWithheld(seq=2, error="KeyError")}
    assert await explained(database, broken) == (
        "shop/0: its events are not sent from number 2 on (KeyError): the worker's log has why; they follow "
        "by themselves once that is mended"
    )
    assert [each.getMessage() for each in caplog.records] == [
        f"events of order {broken} are withheld from its event 2 on"
    ]
    assert await make_public(database, LATER) == 0
    await paused(database, broken)
    assert await make_public(database, LATER + TRIED_AGAIN) == 4
    assert await sequences(database) == {broken: [1, 2, 3, 4, 5], other: [1, 2]}
    assert await named(database) == {}
    assert [each.getMessage() for each in caplog.records][1:] == [
        f"events of orders {broken} are public again"
    ]


async def test_one_whose_event_the_database_does_not_take_delays_nobody(database: Database) -> None:
    broken, other = await lay_down(database, 2)
    async with database.transaction() as session:
        epoch = (await feed_row(session)).epoch
        in_the_way = event_id(epoch, broken, 1, "order.paused")
        session.add(
            PublicEvent(id=in_the_way, position=0, livemode=True, type="x", at=NOW, made_at=NOW, body={})
        )
    await paused(database, broken)
    await paused(database, other, 2)
    assert await make_public(database) == 2
    assert await named(database) == {broken: EventsWithheld(seq=1, error="IntegrityError")}
    async with database.transaction() as session:
        await session.execute(delete(PublicEvent).where(PublicEvent.id == in_the_way))
    assert await make_public(database, LATER) == 1
    assert await sequences(database) == {broken: [1], other: [1, 2]}
    async with database.snapshot() as session:
        assert list(await session.scalars(select(WithheldOrder.order_id))) == []
