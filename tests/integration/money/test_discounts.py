"""An order with a discount: what was paid is what can be paid back, and nothing to pay is a price."""

from domain.contract.order import OrderDocument
from domain.money import Money
from storage.views.orders import OrderView
from tests.support.documents import benefit, money, offer
from tests.support.world import World

KEY = benefit("cut-key", "key", offer("kayixin", "1001"), price=2500)
NONE = benefit("cut-none", "key", offer("kayixin", "2004"), price=3000)
PARTS = [{"id": "got", "benefit": "cut-key"}, {"id": "lost", "benefit": "cut-none"}]


async def discounted(world: World, paid: int) -> OrderDocument:
    bundle = await world.publish(PARTS, [KEY, NONE], price=5900, hold_for="PT0S")
    return world.order(bundle, paid=money(paid), discount=money(5900 - paid))


def told(view: OrderView) -> list[tuple[str, str, int]]:
    return [(each.component, each.state, each.share.amount) for each in view.deliveries]


def cny(amount: int) -> Money:
    return Money(amount=amount, currency="CNY")


async def test_a_part_that_fails_is_paid_back_from_what_was_paid(world: World) -> None:
    document = await discounted(world, 4900)
    view = await world.fulfil(document)
    assert told(view) == [("got", "delivered", 2227), ("lost", "failed", 2673)]
    assert (view.state, view.price, view.discount, view.refund) == (
        "partial",
        cny(4900),
        cny(1000),
        cny(2673),
    )
    receipt = await world.place(document)
    assert (receipt.price, receipt.discount) == (cny(4900), cny(1000))


async def test_an_order_with_nothing_to_pay_goes_to_its_end_and_owes_nothing(world: World) -> None:
    view = await world.fulfil(await discounted(world, 0))
    assert told(view) == [("got", "delivered", 0), ("lost", "failed", 0)]
    assert (view.state, view.price, view.refund) == ("partial", cny(0), None)
    assert [each.refund_state for each in view.deliveries] == [None, None]
    assert "refund.decided" not in [event.type for event in view.events]
