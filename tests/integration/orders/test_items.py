"""Two of a bundle whose part is sold one at a time: two purchases, each with its own number and fate."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import yaml

from domain.contract.bundle import Bundle
from domain.planning.order_events import OrderEvent, OrderEventKind
from domain.verbs.verb import Act
from simulator.shop.products import Product
from storage.views.orders import OrderView
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.places import EXAMPLES
from tests.support.world import World

TO = {"recipients": {"shared": {"type": "phone", "value": "13800138002"}}}
CREDIT = "10000701"
CONNECTIONS = {"kayixin-main": "kayixin", "fulu-main": "fulu", "own-stock": "pool"}


async def joint_membership(world: World) -> Bundle:
    """The example that is sold so, at the connections of this world."""
    contract = yaml.safe_load((EXAMPLES / "joint-membership.yaml").read_text())
    goods = yaml.safe_load((EXAMPLES / "catalogue.yaml").read_text())["benefits"]
    for each in goods:
        for offered in each["offers"]:
            offered["connection"] = CONNECTIONS[offered["connection"]]
    parts = {"policy": contract["policy"], "limits": contract["limits"], "price": contract["price"]["amount"]}
    return await world.publish(contract["components"], goods, **parts)


@contextmanager
def in_stock(world: World, left: int) -> Iterator[Product]:
    """So many purchases of phone credit can be made, while the block runs."""
    product = world.simulators["fulu"].products[CREDIT]
    product.stock = left
    try:
        yield product
    finally:
        product.stock = None


def phones(view: OrderView) -> list[Any]:
    return [each for each in view.deliveries if each.component == "phone"]


def one_is_held(view: OrderView) -> bool:
    return sorted(each.state for each in phones(view)) == ["delivered", "held"]


async def test_two_of_joint_membership_are_two_recharges_of_one_unit_each(world: World) -> None:
    view = await world.fulfil(world.order(await joint_membership(world), quantity=2, **TO))
    assert view.state == "completed"
    told = [(d.component, d.number, d.units, d.share.amount, d.units_delivered) for d in view.deliveries]
    assert told == [
        ("video", "1", 2, 4214, 2),
        ("phone", "1.1", 1, 2529, 1),
        ("phone", "1.2", 1, 2528, 1),
        ("coffee", "1", 2, 2529, 2),
    ]
    recharges = [sale for sale in world.sales(view) if sale.product_code == CREDIT]
    assert [(sale.quantity, sale.account, sale.money_minor) for sale in recharges] == [
        (1, "13800138002", 2985)
    ] * 2
    keys = [attempt.key for each in phones(view) for attempt in each.attempts]
    assert (len(keys), {sale.number for sale in recharges}) == (2, set(keys))
    assert len({each.id for each in view.deliveries}) == 4


async def test_the_same_order_twice_at_once_buys_each_item_once(world: World) -> None:
    document = world.order(await joint_membership(world), quantity=2, **TO)
    receipts = await asyncio.gather(*(world.place(document) for _ in range(3)))
    view = await world.finish(document)
    assert {receipt.order_id for receipt in receipts} == {view.order_id}
    assert sum(sale.product_code == CREDIT for sale in world.sales(view)) == 2


async def test_one_refused_and_one_delivered_pays_back_the_share_of_the_one(world: World) -> None:
    document = world.order(await joint_membership(world), quantity=2, **TO)
    with in_stock(world, 1):
        await world.place(document)
        view = await world.until(document, one_is_held)
        held = next(i for i, each in enumerate(view.deliveries) if each.state == "held")
        assert view.deliveries[held].hold_reason == "out_of_stock"
        await ask(world, view, Act.REFUND, index=held)
        done = await world.finish(document)
    share = view.deliveries[held].share
    assert share.amount in (2528, 2529)
    assert (done.state, done.refund) == ("partial", share)
    assert [each.id for each in done.deliveries if each.refunds] == [view.deliveries[held].id]
    assert sum(sale.product_code == CREDIT for sale in world.sales(done)) == 1


async def test_a_schedule_that_starts_with_its_condition_gives_all_items_their_instant(world: World) -> None:
    rule = {"when": "confirmed", "every": "PT1S", "times": 2, "by": "P1D", "otherwise": "refund"}
    bundle = await world.publish(
        [{"id": "key", "benefit": "one-key", "release": rule}],
        [benefit("one-key", "key", offer("kayixin", "1001", max_units=1))],
        price=1001,
    )
    document = world.order(bundle, quantity=2)
    receipt = await world.place(document)
    event = OrderEvent(event_id="e1", event=OrderEventKind.CONFIRMED)
    await world.checkout.report(receipt.order_id, event, actor="shop", note="")
    done = await world.finish(document)
    told = [(each.number, each.state, each.share.amount) for each in done.deliveries]
    assert told == [
        ("1.1", "delivered", 501),
        ("1.2", "delivered", 500),
        ("2.1", "delivered", 501),
        ("2.2", "delivered", 500),
    ]
    due = [each.due_at for each in done.deliveries]
    assert due[0] is not None
    assert due == [due[0], due[0], due[0] + timedelta(seconds=1), due[0] + timedelta(seconds=1)]


async def test_one_item_is_retried_and_what_waits_for_the_release_waits_for_all_of_it(world: World) -> None:
    waiting = {"release": {"when": "delivered(phone, 1)", "by": "P1D", "otherwise": "refund"}}
    credit = offer("fulu", CREDIT, max_units=1, options={"method": "mobile", "charge_value": "30"})
    bundle = await world.publish(
        [{"id": "phone", "benefit": "single-credit"}, {"id": "gift", "benefit": "gift-link", **waiting}],
        [
            benefit("single-credit", "recharge", credit, account="phone"),
            benefit("gift-link", "link", offer("kayixin", "1004")),
        ],
    )
    document = world.order(bundle, quantity=2, **TO)
    with in_stock(world, 1) as product:
        await world.place(document)
        view = await world.until(document, one_is_held)
        assert (view.deliveries[2].state, view.gates[0].verdict) == ("planned", None)
        product.stock = 1
        held = next(i for i, each in enumerate(view.deliveries) if each.state == "held")
        await ask(world, view, Act.RETRY, index=held)
        done = await world.finish(document)
    assert (done.state, done.refund) == ("completed", None)
    delivered = [e.delivery_id for e in done.events if e.type == "delivery.delivered"]
    assert delivered[-1] == done.deliveries[2].id
    assert [len({sale.number for sale in world.sales(done)}), len(world.sales(done))] == [3, 3]
