"""Who may say that nothing was sold: a supplier that can be asked is asked once more before a person is."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from domain.contract.order import OrderDocument
from domain.money import Money
from domain.notes.general import Said
from domain.supply.outcomes import Delivered, IssuedUnit, Receipt, Rejected, Uncertain
from domain.verbs.verb import Act
from starter.desk.errors import ActRefused
from storage.tables import Attempt
from storage.views.orders import OrderView
from tests.support.answering import Answering
from tests.support.asking import ask, asked
from tests.support.documents import benefit, offer
from tests.support.watching import one_watch
from tests.support.world import World

ODD = benefit("odd-key", "key", offer("kayixin", "odd"))
UNCLEAR = Uncertain(Said(text="status 42"))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def one_unclear_answer_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.fulfilment.steps.UNCLEAR_ANSWERS", 1)


async def in_doubt(world: World, answering: Answering) -> tuple[OrderDocument, OrderView]:
    """An order that is held, since its supplier's answers do not tell what it did."""
    answering.with_("query", "odd", UNCLEAR)
    bundle = await world.publish([{"id": "odd", "benefit": "odd-key"}], [ODD], hold_for="P1D")
    document = world.order(bundle)
    await world.place(document)
    return document, await world.until(document, lambda order: order.state == "held")


async def asked_in_vain(world: World, answering: Answering) -> tuple[OrderDocument, OrderView]:
    """The same, after somebody had its supplier asked once more."""
    answering.with_("submit", "odd", UNCLEAR)
    document, view = await in_doubt(world, answering)
    before = answering.asked.count("query")
    await ask(world, view, Act.RETRY)
    await world.until(
        document, lambda order: order.state == "held" and answering.asked.count("query") > before
    )
    return document, view


async def test_nobodys_word_is_taken_before_the_supplier_was_asked_once_more(
    world: World, answering: Answering
) -> None:
    second = Delivered((IssuedUnit(number="SECOND"),), Receipt("S2"))
    answering.with_("submit", "odd", UNCLEAR, second)
    document, view = await in_doubt(world, answering)
    number = f"shop/{view.order_no}"
    for act in (Act.RETRY, Act.REFUND):
        with pytest.raises(
            ActRefused, match="nobody needs to say what it did, unless retry asks it once more"
        ):
            await world.checkout.act(number, asked(view, act, "too early", supplier_says="not_sold"))
    first = Delivered((IssuedUnit(number=f"FIRST-{view.order_no}"),), Receipt("S1"))
    answering.with_("query", "odd", first)
    before = answering.asked.count("query")
    await world.checkout.act(number, asked(view, Act.RETRY))
    done = await world.finish(document)
    assert [(a.number, a.state) for a in done.deliveries[0].attempts] == [(1, "delivered")]
    assert (answering.asked.count("query"), answering.asked.count("submit")) == (before + 1, 1)


async def test_a_persons_word_is_taken_once_a_question_was_in_vain(
    world: World, answering: Answering
) -> None:
    document, view = await asked_in_vain(world, answering)
    number = f"shop/{view.order_no}"
    await world.checkout.act(number, asked(view, Act.REFUND, supplier_says="not_sold"))
    done = await world.finish(document)
    assert [(a.number, a.state, a.code) for a in done.deliveries[0].attempts] == [
        (1, "rejected", "said_not_sold")
    ]
    assert (done.state, done.refund, answering.asked.count("submit")) == ("failed", done.price, 1)


async def test_what_was_delivered_by_hand_is_asked_about_for_its_cost_alone(
    world: World, answering: Answering
) -> None:
    """The supplier had sold it, as it says later; whatever else it says changes nothing for the buyer."""
    document, view = await asked_in_vain(world, answering)
    number = f"shop/{view.order_no}"
    unit = IssuedUnit(number=f"BY-HAND-{view.order_no}")
    ids = await world.checkout.hand_in(view.order_id, view.deliveries[0].id, [unit])
    await world.checkout.act(number, asked(view, Act.DELIVER_BY_HAND, credentials=ids))
    done = await world.finish(document)
    assert (done.deliveries[0].state, done.deliveries[0].attempts[0].charged) == ("delivered", None)
    sold = Delivered((unit,), Receipt("S1", charged=Money(amount=1500, currency="CNY")))
    answering.with_("query", "odd", sold, Rejected("9", Said(text="taken back"), "offer"))
    for _ in range(2):
        async with world.database.transaction() as session:
            mine = Attempt.delivery_id == done.deliveries[0].id, Attempt.verify_at.is_not(None)
            await session.execute(update(Attempt).where(*mine).values(verify_at=LONG_AGO))
        await one_watch(world, f"watch-{view.order_no}")
    after = await world.read(document)
    assert (after.state, after.cases) == ("completed", [])
    assert after.deliveries[0].attempts[0].charged == Money(amount=1500, currency="CNY")
