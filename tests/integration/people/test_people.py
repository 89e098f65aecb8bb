"""What support does about a delivery: every act once, with actor and reason, and never a second purchase."""

import asyncio

import pytest

from adapters.kayixin.adapter import Kayixin
from adapters.supplier import Answer
from domain.money import Money
from domain.notes.general import Said
from domain.supply.outcomes import Delivered, IssuedUnit, QueryOutcome, Receipt, Uncertain
from domain.supply.purchase import Purchase
from domain.verbs.verb import Act
from starter.desk.errors import ActRefused
from storage.views.orders import OrderView
from tests.support.answering import Answering
from tests.support.asking import ask, asked
from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.world import World

BENEFITS = [
    benefit("scarce-key", "key", offer("kayixin", "2004"), offer("fulu", "10000604", priority=20)),
    benefit("plain-key", "key", offer("kayixin", "1001")),
]


async def held_order(world: World) -> OrderView:
    """An order whose one delivery no supplier has in stock."""
    bundle = await world.publish([{"id": "video", "benefit": "scarce-key"}], BENEFITS, hold_for="P1D")
    document = world.order(bundle)
    await world.place(document)
    return await world.until(document, lambda order: order.state == "held")


async def closed(world: World, view: OrderView) -> OrderView:
    """The order once its run has ended."""
    number = f"{view.channel}/{view.order_no}"
    await world.client.get_workflow_handle(f"order/{number}").result()
    return await world.read_number(number)


async def test_a_retry_buys_once_stock_is_back(world: World) -> None:
    view = await held_order(world)
    products = world.simulators["kayixin"].products
    products["2004"].mode = "ok"
    try:
        number = f"{view.channel}/{view.order_no}"
        request = asked(view, Act.RETRY, "r1")
        await asyncio.gather(*(world.checkout.act(number, request) for _ in range(3)))
        done = await closed(world, view)
    finally:
        products["2004"].mode = "out_of_stock"
    assert done.state == "completed"
    assert len(world.sales(done)) == 1
    told = [english(event.data["note"]) for event in done.events if event.type == "human.retry"]
    assert told == ["retry by lin: the buyer called"]


async def test_a_refund_gives_up_and_pays_back_the_share(world: World) -> None:
    view = await held_order(world)
    await world.checkout.act(f"shop/{view.order_no}", asked(view, Act.REFUND, "r1"))
    done = await closed(world, view)
    assert (done.state, done.refund) == ("failed", done.price)
    assert world.sales(done) == []


async def test_a_substitute_is_bought_from_the_named_supplier(world: World) -> None:
    view = await held_order(world)
    products = world.simulators["fulu"].products
    products["10000604"].mode = "ok"
    try:
        request = asked(view, Act.SUBSTITUTE, "r1", connection="fulu")
        await world.checkout.act(f"shop/{view.order_no}", request)
        done = await closed(world, view)
    finally:
        products["10000604"].mode = "out_of_stock"
    assert done.state == "completed"
    assert [sale.product_code for sale in world.sales(done)] == ["10000604"]


async def test_a_hold_keeps_a_delivery_back_until_it_is_released(world: World) -> None:
    bundle = await world.publish(
        [{"id": "video", "benefit": "plain-key", "release": {"after": "PT2S"}}], BENEFITS
    )
    document = world.order(bundle)
    await world.place(document)
    view = await world.read(document)
    await world.checkout.act(f"shop/{view.order_no}", asked(view, Act.HOLD, "h1"))
    await asyncio.sleep(3)
    held = await world.read(document)
    assert (held.state, held.deliveries[0].hold_reason) == ("held", "by_operator")
    assert world.sales(held) == []
    await world.checkout.act(f"shop/{view.order_no}", asked(view, Act.RELEASE, "h2"))
    done = await world.finish(document)
    assert (done.state, len(world.sales(done))) == ("completed", 1)


async def test_nothing_is_given_up_while_a_supplier_may_have_sold_it(world: World) -> None:
    bundle = await world.publish(
        [{"id": "video", "benefit": "silent-key"}],
        [benefit("silent-key", "key", offer("kayixin", "2006"))],
    )
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: order.deliveries[0].state == "uncertain")
    with pytest.raises(ActRefused, match=r"may have sold it|call about it is under way"):
        await world.checkout.act(f"shop/{view.order_no}", asked(view, Act.REFUND, "r1"))
    with pytest.raises(ActRefused, match=r"may have sold it|call about it is under way"):
        await world.checkout.act(f"shop/{view.order_no}", asked(view, Act.SUBSTITUTE, "s1", connection="x"))


async def test_an_unknown_delivery_is_refused(world: World) -> None:
    view = await held_order(world)
    request = asked(view, Act.RETRY, "r1").model_copy(update={"delivery_id": "dlv_nothing"})
    with pytest.raises(ActRefused, match="has no delivery dlv_nothing"):
        await world.checkout.act(f"shop/{view.order_no}", request)


UNCLEAR = Uncertain(Said(text="code 31337"))
SOLD = Delivered(
    (IssuedUnit(number="WAITED-1"),), Receipt(supplier_order="W1", charged=Money(amount=100, currency="CNY"))
)


@pytest.mark.parametrize(("act", "answer"), [(Act.RETRY, UNCLEAR), (Act.REFUND, SOLD)])
async def test_an_act_waits_for_the_call_about_its_delivery_to_end(
    world: World, monkeypatch: pytest.MonkeyPatch, act: Act, answer: QueryOutcome
) -> None:
    """What is delivered by then is taken back by a case, as if it had been asked for a moment later."""
    asked_about, may_answer = asyncio.Event(), asyncio.Event()
    answering, product = Answering(monkeypatch), f"waited-{act}"
    answering.with_("submit", product, UNCLEAR)
    answering.with_("query", product, answer)
    at_once = Kayixin.query

    async def query(adapter: Kayixin, purchase: Purchase) -> Answer[QueryOutcome]:
        if purchase.product == product:
            asked_about.set()
            await may_answer.wait()
        return await at_once(adapter, purchase)

    monkeypatch.setattr(Kayixin, "query", query)
    line = {"id": "video", "benefit": f"{product}-key"}
    bundle = await world.publish([line], [benefit(f"{product}-key", "key", offer("kayixin", product))])
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: order.deliveries[0].state == "uncertain")
    await asked_about.wait()
    asks = asyncio.create_task(ask(world, view, act))
    await asyncio.sleep(1)
    before = asks.done()
    may_answer.set()
    acted = await asks
    stands = (acted.step.state, acted.case)
    assert (before, stands) == (False, ("uncertain", None) if act is Act.RETRY else ("delivered", 1))
