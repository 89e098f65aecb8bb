"""The rest of support's verbs: deliver by hand, change recipient, skip, cancel; on a real stack."""

from datetime import timedelta
from typing import Any

import pytest

from domain.contract.order import OrderDocument, Recipient
from domain.supply.outcomes import Delivered, IssuedUnit, Pending, Receipt
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from starter.desk.errors import ActRefused
from storage.views.orders import OrderView
from tests.support.answering import Answering
from tests.support.asking import asked
from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.world import World

SCARCE = benefit("scarce-hand", "key", offer("kayixin", "2004"))
DIRECT = benefit("direct-hand", "recharge", offer("kayixin", "1006"), account="phone")
TYPED = benefit("typed-hand", "key", offer("kayixin", "typed"))
PLAIN = benefit("plain-hand", "key", offer("kayixin", "1001"))
FIXED = benefit("fixed-hand", "recharge", offer("fulu", "10000585"), account="phone")
PHONE = {"recipients": {"shared": {"type": "phone", "value": "13800000001"}}}
REVERSIBLE = {"reversibility": "reversible"}


async def held(world: World, *benefits: dict[str, Any], quantity: int = 1, **more: Any) -> OrderView:
    lines = [{"id": b["id"], "benefit": b["id"], **REVERSIBLE} for b in benefits]
    bundle = await world.publish(lines, [*benefits], hold_for="P1D", **more)
    document = world.order(bundle, quantity=quantity)
    await world.place(document)
    return await world.until(document, lambda view: view.deliveries[0].state == "held")


async def finished(world: World, view: OrderView) -> OrderView:
    number = f"{view.channel}/{view.order_no}"
    await world.client.get_workflow_handle(f"order/{number}").result()
    return await world.read_number(number)


async def act(world: World, view: OrderView, wanted: HumanAct) -> None:
    await world.checkout.act(f"{view.channel}/{view.order_no}", wanted)


async def test_what_a_person_hands_in_is_delivered_once(world: World) -> None:
    view = await held(world, SCARCE, quantity=2)
    units = [IssuedUnit(number=f"HAND-{view.order_no}-{n}") for n in range(2)]
    ids = await world.checkout.hand_in(view.order_id, view.deliveries[0].id, units)
    again = await world.checkout.hand_in(view.order_id, view.deliveries[0].id, units)
    for _ in range(2):
        await act(world, view, asked(view, Act.DELIVER_BY_HAND, credentials=ids))
    done = await finished(world, view)
    assert again == ids
    assert (done.state, done.deliveries[0].units_delivered, done.refund) == ("completed", 2, None)
    assert [(a.connection, a.state) for a in done.deliveries[0].attempts][-1] == ("by-hand", "delivered")
    assert world.sales(done) == []


async def test_too_few_credentials_are_refused(world: World) -> None:
    view = await held(world, SCARCE, quantity=2)
    delivery = view.deliveries[0].id
    ids = await world.checkout.hand_in(view.order_id, delivery, [IssuedUnit(number=f"ONE-{view.order_no}")])
    with pytest.raises(ActRefused, match="the buyer misses 2 credentials, and 1 were handed in"):
        await act(world, view, asked(view, Act.DELIVER_BY_HAND, credentials=ids))


async def test_what_was_handed_in_for_the_wrong_order_is_the_right_ones_and_then_nobody_elses(
    world: World,
) -> None:
    wrong, right = await held(world, SCARCE), await held(world, SCARCE)
    unit = [IssuedUnit(number=f"TYPED-{wrong.order_no}", password="p")]
    first = await world.checkout.hand_in(wrong.order_id, wrong.deliveries[0].id, unit)
    ids = await world.checkout.hand_in(right.order_id, right.deliveries[0].id, unit)
    with pytest.raises(ActRefused, match="the buyer misses 1 credentials, and 0 were handed in"):
        await act(world, wrong, asked(wrong, Act.DELIVER_BY_HAND, credentials=first))
    await act(world, right, asked(right, Act.DELIVER_BY_HAND, credentials=ids))
    done = await finished(world, right)
    assert (done.state, done.deliveries[0].units_delivered) == ("completed", 1)
    with pytest.raises(ActRefused, match="credential 1 was issued to a delivery already"):
        await world.checkout.hand_in(wrong.order_id, wrong.deliveries[0].id, unit)


async def test_what_was_typed_in_and_never_delivered_is_its_buyers_once_a_supplier_sells_it(
    world: World, answering: Answering
) -> None:
    wrong = await held(world, SCARCE)
    unit = IssuedUnit(number=f"SOLD-{wrong.order_no}")
    await world.checkout.hand_in(wrong.order_id, wrong.deliveries[0].id, [unit])
    answering.with_("submit", "typed", Delivered((unit,)))
    bundle = await world.publish([{"id": "typed", "benefit": "typed-hand"}], [TYPED])
    done = await world.fulfil(world.order(bundle))
    assert (done.state, done.deliveries[0].units_delivered) == ("completed", 1)


async def test_a_changed_recipient_is_where_it_is_bought_for(world: World) -> None:
    bundle = await world.publish(
        [{"id": "direct", "benefit": "direct-hand", "release": {"after": "PT3S"}}], [DIRECT], hold_for="P1D"
    )
    document = world.order(bundle, **PHONE)
    await world.place(document)
    view = await world.read(document)
    recipient = Recipient.model_validate({"type": "phone", "value": "13900000002"})
    name = await world.checkout.hand_in_recipient(view.order_id, view.deliveries[0].id, recipient)
    await act(world, view, asked(view, Act.CHANGE_RECIPIENT, recipient=name))
    done = await world.finish(document)
    assert [sale.account for sale in world.sales(done)] == ["13900000002"]


async def test_a_recipient_of_another_type_is_refused(world: World) -> None:
    bundle = await world.publish(
        [{"id": "direct", "benefit": "direct-hand", "release": {"after": "PT2S"}}], [DIRECT]
    )
    document = world.order(bundle, **PHONE)
    await world.place(document)
    view = await world.read(document)
    wrong = Recipient.model_validate({"type": "email", "value": "a@example.com"})
    with pytest.raises(ActRefused, match="its recipient is of type phone, and this one of type email"):
        await world.checkout.hand_in_recipient(view.order_id, view.deliveries[0].id, wrong)


async def test_a_skipped_delivery_is_kept_and_fails_nothing(world: World) -> None:
    view = await held(world, SCARCE, PLAIN, policy="all_or_nothing")
    await act(world, view, asked(view, Act.WAIVE))
    done = await finished(world, view)
    assert (done.state, done.refund) == ("partial", None)
    assert [(d.state, d.waived) for d in done.deliveries] == [("failed", True), ("delivered", False)]


async def test_cancelling_pays_back_what_is_left_and_keeps_what_was_delivered(world: World) -> None:
    bundle = await world.publish(
        [
            {"id": "now", "benefit": "plain-hand"},
            {"id": "later", "benefit": "plain-hand", "release": {"after": "P30D"}},
        ],
        [PLAIN],
        price=10000,
    )
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: order.deliveries[0].state == "delivered")
    for _ in range(2):
        await world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.CANCEL))
    done = await world.finish(document)
    assert (done.state, done.refund.amount if done.refund else 0) == ("partial", 5000)
    assert [d.state for d in done.deliveries] == ["delivered", "cancelled"]


async def test_cancelling_takes_back_what_the_policy_cannot_keep(world: World) -> None:
    bundle = await world.publish(
        [
            {"id": "now", "benefit": "plain-hand", **REVERSIBLE},
            {"id": "later", "benefit": "plain-hand", "release": {"after": "P30D"}, **REVERSIBLE},
        ],
        [PLAIN],
        policy="all_or_nothing",
    )
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: order.deliveries[0].state == "delivered")
    await world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.CANCEL))
    done = await world.finish(document)
    assert (done.state, done.refund) == ("failed", done.price)
    assert [sale.status for sale in world.sales(done)] == ["refunded"]


async def year_plan(world: World) -> tuple[OrderDocument, OrderView]:
    """An order whose core and irreversible gift are delivered, and of which a year is left."""
    bundle = await world.publish(
        [
            {"id": "video", "benefit": "plain-hand", "role": "core", **REVERSIBLE},
            {"id": "gift", "benefit": "fixed-hand", "role": "surprise"},
            {"id": "monthly", "benefit": "plain-hand", "role": "surprise", "release": {"after": "P30D"}},
        ],
        [FIXED, PLAIN],
        policy="core_must",
        price=9000,
    )
    document = world.order(bundle, **PHONE)
    await world.place(document)
    return document, await world.until(
        document, lambda order: [d.state for d in order.deliveries][:2] == ["delivered", "delivered"]
    )


async def test_an_irreversible_part_that_the_order_keeps_does_not_keep_the_rest(world: World) -> None:
    document, view = await year_plan(world)
    await world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.CANCEL))
    done = await world.finish(document)
    assert [d.state for d in done.deliveries] == ["delivered", "delivered", "cancelled"]
    assert (done.state, done.refund) == ("partial", done.deliveries[2].share)


async def test_a_core_that_was_given_back_does_not_keep_the_rest_either(world: World) -> None:
    document, view = await year_plan(world)
    await act(world, view, asked(view, Act.REFUND))
    await world.until(document, lambda order: english(order.cases[0].outcome) == "revoked: taken back")
    await world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.CANCEL))
    done = await world.finish(document)
    assert [d.state for d in done.deliveries] == ["revoked", "delivered", "cancelled"]


async def test_past_the_point_of_no_return_nothing_is_cancelled(world: World, answering: Answering) -> None:
    answering.with_("submit", "fixed-slow", Pending(timedelta(days=1), Receipt("S1")))
    bundle = await world.publish(
        [{"id": "fixed", "benefit": "slow-hand"}, {"id": "now", "benefit": "plain-hand", **REVERSIBLE}],
        [benefit("slow-hand", "key", offer("kayixin", "fixed-slow")), PLAIN],
        policy="all_or_nothing",
    )
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(
        document, lambda order: english(order.deliveries[0].note) == "accepted by the supplier"
    )
    with pytest.raises(ActRefused, match="past the point of no return: slow hand cannot be taken back"):
        await world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.CANCEL))
    await world.run_of(document).terminate("the test is over")


async def test_a_closed_order_is_not_cancelled(world: World) -> None:
    bundle = await world.publish([{"id": "now", "benefit": "plain-hand"}], [PLAIN])
    view = await world.fulfil(world.order(bundle))
    with pytest.raises(ActRefused, match="there is no open order"):
        await world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.CANCEL))
