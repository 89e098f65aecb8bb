"""Asking whether what was delivered still stands: how long, and what the book keeps of the answers."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from domain.capabilities import Capabilities
from domain.outcomes import Delivered, IssuedUnit, QueryOutcome, Uncertain, UnknownOrder
from storage.reading import OrderView
from storage.rechecks import due_rechecks, watched
from storage.tables import Attempt
from tests.support.world import World, benefit, offer

NOW = datetime.now(UTC)
STANDS = Delivered((IssuedUnit(),))
PROMISES = Capabilities(
    "refuse", True, True, timedelta(0), recheck_after=(timedelta(days=1), timedelta(days=7))
)


async def delivered(world: World) -> OrderView:
    """A closed order of one key of Kayixin's."""
    key = benefit("watched-key", "key", offer("kayixin", "1001"))
    return await world.fulfil(
        world.order(await world.publish([{"id": "video", "benefit": "watched-key"}], [key]))
    )


async def attempt_of(world: World, view: OrderView) -> Attempt:
    async with world.database.transaction() as session:
        found = await session.scalar(select(Attempt).where(Attempt.delivery_id == view.deliveries[0].id))
        assert found is not None
        return found


async def asked(world: World, view: OrderView, *answers: QueryOutcome) -> list[timedelta | None]:
    """How long after each answer it is asked about again; None: never."""
    attempt = (await attempt_of(world, view)).id
    waits: list[timedelta | None] = []
    for answer in answers:
        async with world.database.transaction() as session:
            assert await watched(session, view.order_id, attempt, answer, PROMISES, NOW)
        at = (await attempt_of(world, view)).recheck_at
        waits.append(None if at is None else at - NOW)
    return waits


async def test_what_no_answer_tells_is_not_asked_for_ever(world: World) -> None:
    view = await delivered(world)
    hours = [timedelta(hours=n) for n in (1, 2, 4, 8, 16, *[24] * 6)]
    assert await asked(world, view, *[Uncertain("code 1: ?", silent=True)] * 12) == [*hours, None]
    later = await world.read_number(f"{view.channel}/{view.order_no}")
    assert (later.state, later.deliveries[0].state) == ("completed", "delivered")
    note = "asked 12 times in vain whether it still stands, the last time: code 1: ?"
    assert later.deliveries[0].note == note
    assert [(e.type, e.data) for e in later.events[len(view.events) :]] == [
        ("delivery.unwatched", {"note": note})
    ]
    async with world.database.transaction() as session:
        due = await due_rechecks(session, NOW + timedelta(days=900))
    assert view.deliveries[0].id not in [ref.delivery_id for each in due for ref in each.deliveries]


async def test_a_yes_in_between_begins_the_count_anew(world: World) -> None:
    view = await delivered(world)
    await asked(world, view, *[UnknownOrder()] * 11)
    assert await asked(world, view, STANDS, UnknownOrder()) == [timedelta(days=7), timedelta(hours=1)]
