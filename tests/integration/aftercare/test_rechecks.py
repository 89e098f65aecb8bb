"""Asking whether what was delivered still stands: how long, and what the book keeps of the answers."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.money import Money
from domain.notes.general import Said
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import (
    Delivered,
    IssuedUnit,
    PartlyDelivered,
    QueryOutcome,
    Receipt,
    Rejected,
    Revoked,
    Uncertain,
    UnknownOrder,
)
from storage.aftercare.verification import (
    begin_verification,
    due_verifications,
    record_in_batch,
    record_verification,
)
from storage.purchasing.attempts import Ask, Decided
from storage.purchasing.callbacks import ReceivedCallback, known, store
from storage.tables import Attempt
from storage.views.orders import OrderView
from tests.support.answering import Answering
from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.world import World

NOW = datetime.now(UTC)
STANDS = Delivered((IssuedUnit(),))
PROMISES = Capabilities(
    "refuse", True, True, timedelta(0), verify_after=(timedelta(days=1), timedelta(days=7))
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
            assert await record_in_batch(session, view.order_id, attempt, answer, PROMISES, NOW)
        at = (await attempt_of(world, view)).verify_at
        waits.append(None if at is None else at - NOW)
    return waits


async def test_what_no_answer_tells_is_not_asked_for_ever(world: World) -> None:
    view = await delivered(world)
    hours = [timedelta(hours=n) for n in (1, 2, 4, 8, 16, *[24] * 6)]
    assert await asked(world, view, *[Uncertain(Said(text="code 1: ?"), silent=True)] * 12) == [*hours, None]
    later = await world.read_number(f"{view.channel}/{view.order_no}")
    assert (later.state, later.deliveries[0].state) == ("completed", "delivered")
    note = "asked 12 times in vain whether it still stands; the last time: code 1: ?"
    assert english(later.deliveries[0].note) == note
    assert [(e.type, english(e.data["note"])) for e in later.events[len(view.events) :]] == [
        ("delivery.verification_ended", note)
    ]
    async with world.database.transaction() as session:
        due = await due_verifications(session, NOW + timedelta(days=900))
    assert view.deliveries[0].id not in [ref.delivery_id for each in due for ref in each.deliveries]


async def test_a_yes_in_between_begins_the_count_anew(world: World) -> None:
    view = await delivered(world)
    await asked(world, view, *[UnknownOrder()] * 11)
    assert await asked(world, view, STANDS, UnknownOrder()) == [timedelta(days=7), timedelta(hours=1)]


def cost(charged: int, credited: int) -> Receipt:
    """What a supplier says of a purchase's cost, in fen."""
    paid, back = (Money(amount=amount, currency="CNY") for amount in (charged, credited))
    return Receipt("S1", paid, credited=back)


async def booked(world: World, view: OrderView) -> tuple[int | None, int | None]:
    """What the book says was charged and paid back; their difference is what the supplier keeps."""
    attempt = await attempt_of(world, view)
    return attempt.charged_amount, attempt.credited_amount


async def test_a_fee_kept_after_an_earlier_partial_refund_is_in_the_book(
    world: World, answering: Answering
) -> None:
    """Paid 3.00, 1.00 back with the answer, 2.50 back in all once it was taken back: 0.50 is gone."""
    unit = IssuedUnit(number="fee-1", password="p", supplier_card="7")
    answering.with_("submit", "fee", PartlyDelivered((unit,), cost(300, 100)))
    answering.with_("revoke", "fee", Revoked(Money(amount=250, currency="CNY")))
    reversible = {"reversibility": "reversible"}
    bundle = await world.publish(
        [
            {"id": "pair", "benefit": "fee-key", "quantity": 2, **reversible},
            {"id": "video", "benefit": "watched-key", **reversible},
        ],
        [
            benefit("fee-key", "key", offer("kayixin", "fee")),
            benefit("watched-key", "key", offer("kayixin", "1001")),
        ],
        policy="all_or_nothing",
    )
    view = await world.fulfil(world.order(bundle))
    assert [delivery.state for delivery in view.deliveries] == ["revoked", "revoked"]
    assert await booked(world, view) == (300, 250)
    [attempt] = view.deliveries[0].attempts
    assert (attempt.charged, attempt.credited) == tuple(
        Money(amount=amount, currency="CNY") for amount in (300, 250)
    )


async def test_what_is_paid_back_for_a_delivery_that_stands_is_in_the_book(world: World) -> None:
    view = await delivered(world)
    await asked(world, view, Delivered((IssuedUnit(),), cost(300, 100)))
    assert await booked(world, view) == (300, 100)


@pytest.mark.parametrize(
    ("answer", "net"),
    [
        (Rejected("all_voided", Said(text=""), "offer", receipt=cost(300, 250)), (300, 250)),
        (Rejected("status_4", Said(text=""), "offer", receipt=Receipt("S1")), (300, 300)),
        (PartlyDelivered((IssuedUnit(),), cost(300, 250)), (300, 250)),
        (PartlyDelivered((IssuedUnit(),), Receipt("S1")), (300, 100)),
    ],
)
async def test_what_is_kept_of_a_reversal_is_in_the_book(
    world: World, answer: QueryOutcome, net: tuple[int, int]
) -> None:
    view = await delivered(world)
    await asked(world, view, Delivered((IssuedUnit(),), cost(300, 100)))
    attempt = (await attempt_of(world, view)).id
    async with world.database.transaction() as session:
        await record_verification(session, world.vault, view.order_id, attempt, answer, ("", ""), 0, NOW)
    assert await booked(world, view) == net


async def test_of_two_purchases_the_one_that_is_due_is_asked_about_and_cases_ask_about_the_other(
    world: World,
) -> None:
    view = await delivered(world)
    stands = await attempt_of(world, view)
    columns = {column.name: getattr(stands, column.name) for column in Attempt.__table__.columns}
    disputed = {"id": "att_before", "number": 2, "key": "before", "state": "disputed", "verify_at": NOW}
    delivery = view.deliveries[0].id
    async with world.database.transaction() as session:
        session.add(Attempt(**{**columns, **disputed}))
        await session.flush()
        about = (session, world.vault, view.order_id, delivery)
        due = await begin_verification(*about, "kayixin", due=NOW)
        in_a_case = await begin_verification(*about, "kayixin")
        elsewhere = [await begin_verification(*about, "fulu", due=at) for at in (NOW, None)]
        await session.rollback()
    assert isinstance(due, Ask) and isinstance(in_a_case, Ask)
    assert (due.attempt_id, in_a_case.attempt_id) == ("att_before", stands.id)
    assert [type(asked) for asked in elsewhere] == [Decided, Decided]


async def test_what_is_paid_back_for_a_key_that_somebody_else_has_is_in_the_book(world: World) -> None:
    """It stays nobody's, and its supplier may still reverse the purchase: by a callback, or unannounced."""
    view = await delivered(world)
    await asked(world, view, Delivered((IssuedUnit(),), cost(300, 0)))
    stated = ReceivedCallback("kayixin", view.deliveries[0].attempts[0].key, None, "reversed", b"reversed")
    async with world.database.transaction() as session:
        attempt = await session.get_one(Attempt, (await attempt_of(world, view)).id)
        attempt.state, attempt.verify_at = "disputed", NOW + timedelta(days=7)
        await session.flush()
        bound = await store(session, world.vault, stated, await known(session, stated), NOW)
    assert bound is not None and not bound.contradicts
    assert (await attempt_of(world, view)).verify_at == NOW
    assert await asked(world, view, Delivered((IssuedUnit(),), cost(300, 0))) == [timedelta(0)]
    reversal = Rejected("status_4", Said(text=""), "offer", receipt=Receipt("S1"))
    assert await asked(world, view, reversal) == [None]
    assert await booked(world, view) == (300, 300)
