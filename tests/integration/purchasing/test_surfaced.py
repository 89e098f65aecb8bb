"""A supplier that refused, and reports later that it delivered: asked at once, and never hidden."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from activities.runs.callbacks import pass_on
from domain.contract.order import OrderDocument
from domain.money import Money
from domain.notes.general import Said
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import Delivered, IssuedUnit, QueryOutcome, Receipt, Rejected, Uncertain
from storage.purchasing import outcomes
from storage.purchasing.at_hand import of_attempt
from storage.purchasing.callbacks import ReceivedCallback, known, store
from storage.tables import Attempt
from storage.views.orders import OrderView
from tests.support.answering import Answering
from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.watching import one_watch
from tests.support.world import World

BESIDE = benefit(
    "surfaced-beside", "key", offer("kayixin", "surfaced"), offer("fulu", "10000587", priority=20)
)
ALONE = benefit("surfaced-alone", "key", offer("kayixin", "surfaced"))
REFUSED = Rejected("1012", Said(text="sold out"), "offer", out_of_stock=True)


def late(view: OrderView) -> Delivered:
    receipt = Receipt("S77", Money(amount=4200, currency="CNY"))
    return Delivered((IssuedUnit(number=f"SURFACED-{view.order_no}"),), receipt)


def key_of(view: OrderView) -> str:
    """Our number of the first purchase."""
    return view.deliveries[0].attempts[0].key


async def reported(world: World, view: OrderView) -> None:
    """Its supplier reports that it delivered the first attempt."""
    key = key_of(view)
    arrived = ReceivedCallback("kayixin", key, "S77", "delivered", b"delivered " + key.encode())
    async with world.database.transaction() as session:
        bound = await store(session, world.vault, arrived, await known(session, arrived), datetime.now(UTC))
    assert bound is not None
    await pass_on(world.client, world.database, bound)


async def record_in_batch(world: World, view: OrderView, name: str) -> OrderView:
    await one_watch(world, f"watch-{name}-{view.order_no}")
    return await world.read_number(f"shop/{view.order_no}")


async def bought(world: World, of: dict[str, Any]) -> OrderDocument:
    bundle = await world.publish([{"id": "one", "benefit": of["id"]}], [of], hold_for="P1D")
    document = world.order(bundle)
    await world.place(document)
    return document


def attempts(view: OrderView) -> list[tuple[str, str, Money | None]]:
    return [(a.connection, a.state, a.charged) for a in view.deliveries[0].attempts]


async def failed_over(world: World, answering: Answering, answer: QueryOutcome | None) -> OrderView:
    """A fulfilled order whose first supplier had refused, and now reports and answers otherwise."""
    answering.with_("submit", "surfaced", REFUSED)
    view = await world.finish(await bought(world, BESIDE))
    answering.with_("query", "surfaced", answer or late(view))
    await reported(world, view)
    return await record_in_batch(world, view, "first")


async def test_what_surfaces_beside_another_purchase_is_told_with_what_it_cost(
    world: World, answering: Answering
) -> None:
    view = await failed_over(world, answering, None)
    charged = view.deliveries[0].attempts[1].charged
    assert attempts(view) == [
        ("kayixin", "surfaced", Money(amount=4200, currency="CNY")),
        ("fulu", "delivered", charged),
    ]
    told = [event.data for event in view.events if event.type == "attempt.surfaced"]
    assert [(data["attempt"], data["amount"], english(data["note"])) for data in told] == [
        (1, 4200, "kayixin refused attempt 1, and sold it after all")
    ]
    assert (view.state, view.refund, view.deliveries[0].units_delivered) == ("completed", None, 1)
    again = await record_in_batch(world, view, "second")
    assert (answering.asked.count("query"), len(again.events)) == (1, len(view.events))


async def test_an_answer_that_says_after_its_purchase_was_given_up_that_it_sold_is_asked_about(
    world: World, answering: Answering
) -> None:
    answering.with_("submit", "surfaced", REFUSED)
    view = await world.finish(await bought(world, BESIDE))
    answering.with_("query", "surfaced", late(view))
    async with world.database.transaction() as session:
        first = (await session.scalars(select(Attempt).where(Attempt.key == key_of(view)))).one()
        await outcomes.record_answer(
            session,
            world.vault,
            await of_attempt(session, view.order_id, first.id),
            late(view),
            ("", "answer"),
            Capabilities("refuse", True, True, timedelta(0), verify_after=()),
            datetime.now(UTC),
            asked=False,
        )
    view = await record_in_batch(world, view, "late")
    assert [state for _, state, _ in attempts(view)] == ["surfaced", "delivered"]


async def test_a_report_that_a_question_does_not_confirm_changes_nothing(
    world: World, answering: Answering
) -> None:
    view = await failed_over(world, answering, REFUSED)
    assert [state for _, state, _ in attempts(view)] == ["rejected", "delivered"]
    assert (answering.asked.count("query"), view.state) == (1, "completed")
    await record_in_batch(world, view, "second")
    assert answering.asked.count("query") == 1


async def test_an_answer_that_does_not_tell_is_asked_for_again_an_hour_later(
    world: World, answering: Answering
) -> None:
    view = await failed_over(world, answering, Uncertain(Said(text="status 77")))
    await record_in_batch(world, view, "second")
    assert ([state for _, state, _ in attempts(view)], answering.asked.count("query")) == (
        ["rejected", "delivered"],
        1,
    )


async def test_what_nothing_was_bought_instead_of_is_delivered(world: World, answering: Answering) -> None:
    answering.with_("submit", "surfaced", REFUSED)
    document = await bought(world, ALONE)
    view = await world.until(document, lambda order: order.state == "held")
    answering.with_("query", "surfaced", late(view))
    await reported(world, view)
    done = await world.finish(document)
    assert (attempts(done), done.state) == (
        [("kayixin", "delivered", Money(amount=4200, currency="CNY"))],
        "completed",
    )
    assert answering.asked == ["submit", "query"]
