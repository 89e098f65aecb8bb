"""Pausing an order, letting it go on, and giving an account: each once, whatever is repeated or races."""

from domain.contract.order import OrderDocument, Recipient
from domain.messages import OrderReceipt
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from tests.support.documents import benefit, offer
from tests.support.world import World

KEY = benefit("paused-key", "key", offer("kayixin", "1001"))
CHARGE = benefit("paused-charge", "recharge", offer("kayixin", "1006"), account="phone")
LATER = {"after": "P300D"}


def request(receipt: OrderReceipt, name: str, act: Act) -> HumanAct:
    return HumanAct(
        request_id=name, order_id=receipt.order_id, delivery_id="", act=act, actor="lin", reason=name
    )


async def placed(world: World, times: int = 1) -> tuple[OrderDocument, OrderReceipt]:
    """An order with releases two seconds after it, and one that keeps it open."""
    soon = {"after": "PT2S", "every": "PT1S", "times": times}
    parts = [
        {"id": "soon", "benefit": "paused-key", "release": soon},
        {"id": "later", "benefit": "paused-key", "release": LATER},
    ]
    document = world.order(await world.publish(parts, [KEY]))
    return document, await world.place(document)


async def test_what_came_due_during_a_pause_goes_on_with_it_and_a_repeated_pause_is_over(
    world: World,
) -> None:
    document, receipt = await placed(world)
    number, pause = f"shop/{receipt.order_no}", request(receipt, "p1", Act.PAUSE)
    resume = request(receipt, "r1", Act.RESUME)
    await world.checkout.act_on_order(number, pause)
    held = await world.until(document, lambda view: view.state == "held")
    assert held.deliveries[0].hold_reason == "by_operator"
    await world.checkout.act_on_order(number, resume)
    await world.checkout.act_on_order(number, pause)
    await world.checkout.act_on_order(number, resume)
    view = await world.until(document, lambda view: view.deliveries[0].state == "delivered")
    told = [event.type for event in view.events if event.type.startswith("order.")]
    assert [kind for kind in told if kind != "order.state"] == [
        "order.accepted",
        "order.paused",
        "order.resumed",
    ]


async def test_an_account_given_twice_by_the_same_request_is_given_once(world: World) -> None:
    claim = {"within": "P1D", "otherwise": "refund"}
    parts = [{"id": "charge", "benefit": "paused-charge", "claim": claim}]
    document = world.order(await world.publish(parts, [CHARGE]))
    receipt = await world.place(document)
    await world.until(document, lambda view: view.deliveries[0].hold_reason == "account_not_bound")
    phone = Recipient.model_validate({"type": "phone", "value": "13800000001"})
    bind = request(receipt, "b", Act.BIND_RECIPIENT)
    for _ in range(2):
        acted = await world.checkout.bind_recipient(f"shop/{receipt.order_no}", "shared", phone, bind)
        assert (acted.order_id, acted.many) == (receipt.order_id, False)
    view = await world.finish(document)
    assert [event.type for event in view.events].count("delivery.bound") == 1
    assert (view.state, [sale.account for sale in world.sales(view)]) == ("completed", ["13800000001"])
