"""Who may say that nothing was sold: a supplier that can be asked is asked once more before a person is."""

from typing import Any

import pytest

from domain.acts import Act, HumanAct
from domain.order import OrderDocument
from domain.outcomes import Delivered, IssuedUnit, Receipt, Uncertain
from starter.desk import ActRefused
from storage.reading import OrderView
from tests.support.answering import Answering
from tests.support.world import World, benefit, offer

ODD = benefit("odd-key", "key", offer("kayixin", "odd"))
UNCLEAR = Uncertain("status 42")


def request(view: OrderView, act: Act, **more: Any) -> HumanAct:
    return HumanAct(
        request_id=f"{act}-{more.get('supplier_says', '')}-{view.order_no}",
        order_id=view.order_id,
        delivery_id=view.deliveries[0].id,
        act=act,
        actor="lin",
        reason="the supplier's hotline",
        **more,
    )


@pytest.fixture(autouse=True)
def one_unclear_answer_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.steps.UNCLEAR_ANSWERS", 1)


async def in_doubt(world: World, answering: Answering) -> tuple[OrderDocument, OrderView]:
    """An order that is held, since its supplier's answers do not tell what it did."""
    answering.with_("query", "odd", UNCLEAR)
    bundle = await world.publish([{"id": "odd", "benefit": "odd-key"}], [ODD], hold_for="P1D")
    document = world.order(bundle)
    await world.place(document)
    return document, await world.until(document, lambda order: order.state == "held")


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
            await world.checkout.act(number, request(view, act, supplier_says="not_sold"))
    first = Delivered((IssuedUnit(number=f"FIRST-{view.order_no}"),), Receipt("S1"))
    answering.with_("query", "odd", first)
    asked = answering.asked.count("query")
    await world.checkout.act(number, request(view, Act.RETRY))
    done = await world.finish(document)
    assert [(a.number, a.state) for a in done.deliveries[0].attempts] == [(1, "delivered")]
    assert (answering.asked.count("query"), answering.asked.count("submit")) == (asked + 1, 1)


async def test_a_persons_word_is_taken_once_a_question_was_in_vain(
    world: World, answering: Answering
) -> None:
    answering.with_("submit", "odd", UNCLEAR)
    document, view = await in_doubt(world, answering)
    number, asked = f"shop/{view.order_no}", answering.asked.count("query")
    await world.checkout.act(number, request(view, Act.RETRY))
    await world.until(
        document, lambda order: order.state == "held" and answering.asked.count("query") > asked
    )
    await world.checkout.act(number, request(view, Act.REFUND, supplier_says="not_sold"))
    done = await world.finish(document)
    assert [(a.number, a.state, a.code) for a in done.deliveries[0].attempts] == [
        (1, "rejected", "said_not_sold")
    ]
    assert (done.state, done.refund, answering.asked.count("submit")) == ("failed", done.price, 1)
