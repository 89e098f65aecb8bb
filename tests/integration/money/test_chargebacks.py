"""Money after a chargeback: nothing is owed while the payment is gone, open or closed, decided or not."""

from typing import Any

import pytest

from domain.contract.order import OrderDocument
from domain.planning.order_events import OrderEvent, OrderEventKind
from domain.verbs.verb import Act
from starter.desk.errors import ActRefused
from storage.views.order_lines import OrderLine
from storage.views.orders import OrderView, waiting_orders
from tests.support.asking import ask, asked
from tests.support.documents import benefit, money, offer
from tests.support.notes import english
from tests.support.world import World

KEY = benefit("bank-key", "key", offer("kayixin", "1001"))
NONE = benefit("bank-none", "key", offer("kayixin", "2004"))


def lost(name: str, amount: int) -> dict[str, Any]:
    """A part that no supplier has, so that it is owed."""
    return {"id": name, "benefit": "bank-none", "share": money(amount)}


GOT = {"id": "got", "benefit": "bank-key", "share": money(5000)}


async def closed(world: World, *lines: dict[str, Any]) -> tuple[OrderDocument, OrderView]:
    """A closed order of these parts."""
    price = sum(line["share"]["amount"] for line in lines)
    bundle = await world.publish([*lines], [KEY, NONE], price=price, hold_for="PT0S")
    document = world.order(bundle)
    return document, await world.fulfil(document)


async def charge_back(world: World, view: OrderView, event_id: str = "bank-1") -> bool:
    fact = OrderEvent(event_id=event_id, event=OrderEventKind.CHARGEBACK)
    return await world.checkout.report(view.order_id, fact, actor="shop", note="bank")


async def paid_again(world: World, view: OrderView, name: str = "won") -> None:
    """The dispute is won; said twice."""
    for _ in range(2):
        request = asked(view, Act.RESUME, name, paid=True)
        await world.checkout.act_on_order(f"shop/{view.order_no}", request)


async def report(world: World, refund_id: str | None, *, confirmed: bool) -> None:
    assert refund_id is not None
    await world.checkout.report_refund(refund_id, confirmed=confirmed, note="said so", actor="shop")


async def listed(world: World, view: OrderView) -> OrderLine | None:
    """The order as it stands in the list of what waits for somebody."""
    async with world.database.transaction() as session:
        lines = await waiting_orders(session, limit=1000)
    return next((line for line in lines if line.order_id == view.order_id), None)


def sums(view: OrderView) -> dict[str, int]:
    """What became of what was decided, in minor units."""
    told = view.refund_sums
    parts = {"to_pay": told.to_pay, "paid": told.paid, "failed": told.failed, "withheld": told.withheld}
    return {name: amount.amount for name, amount in parts.items() if amount is not None}


async def test_on_a_closed_order_a_refund_takes_the_key_back_and_owes_nothing_until_it_is_paid_again(
    world: World,
) -> None:
    document, view = await closed(world, GOT)
    assert await listed(world, view) is None
    assert [await charge_back(world, view) for _ in range(2)] == [True, False]
    await ask(world, view, Act.REFUND)
    gone = await world.until(document, lambda order: bool(order.cases and order.cases[0].closed_at))
    assert (gone.deliveries[0].state, gone.refund, sums(gone)) == ("revoked", None, {})
    assert [sale.status for sale in world.sales(gone)] == ["refunded"]
    assert gone.paused is not None
    assert (gone.paused.reason, english(gone.paused.note)) == ("payment", "charged back: bank")
    found = await listed(world, view)
    assert found is not None
    assert [(each.about, each.reason, english(each.note)) for each in found.waits] == [
        ("", "payment", "charged back: bank")
    ]
    await paid_again(world, view)
    again = await world.read(document)
    assert (again.refund, sums(again)) == (again.price, {"to_pay": 5000})
    assert (again.paused, await listed(world, view)) == (None, None)


async def test_what_was_decided_is_withheld_on_any_order_and_owed_again_under_its_own_number(
    world: World,
) -> None:
    document, view = await closed(world, GOT, lost("none", 2400))
    refund = view.deliveries[1].refund_id
    assert sums(view) == {"to_pay": 2400}
    await charge_back(world, view)
    await charge_back(world, view, "bank-2")
    gone = await world.read(document)
    assert (gone.refund, sums(gone)) == (None, {"withheld": 2400})
    assert (gone.deliveries[1].refund_state, gone.deliveries[1].refund_id) == ("withheld", refund)
    await paid_again(world, view)
    again = await world.read(document)
    assert (sums(again), again.deliveries[1].refund_id) == ({"to_pay": 2400}, refund)
    assert await charge_back(world, view, "bank-3") is True
    assert sums(await world.read(document)) == {"withheld": 2400}
    await paid_again(world, view, "won again")
    await report(world, refund, confirmed=True)
    assert sums(await world.read(document)) == {"paid": 2400}
    assert [event.type for event in again.events if event.type.startswith("refund.")] == [
        "refund.decided",
        "refund.withheld",
        "refund.owed_again",
    ]


async def test_money_that_was_moved_although_the_payment_is_gone_is_recorded_and_shown(world: World) -> None:
    document, view = await closed(world, lost("one", 1300), lost("two", 2400), GOT)
    await report(world, view.deliveries[0].refund_id, confirmed=True)
    await charge_back(world, view)
    assert sums(await world.read(document)) == {"paid": 1300, "withheld": 2400}
    await report(world, view.deliveries[1].refund_id, confirmed=True)
    twice = await world.read(document)
    assert sums(twice) == {"paid": 3700}
    told = [english(event.data.get("note")) for event in twice.events if event.type == "refund.confirmed"]
    assert told == ["", "the buyer has it twice: his bank has taken the payment back as well"]
    await paid_again(world, view)
    again = await world.read(document)
    assert (sums(again), again.refund and again.refund.amount) == ({"paid": 3700}, 3700)


async def test_a_refund_that_fails_while_the_payment_is_gone_is_decided_again_once_it_is_back(
    world: World,
) -> None:
    document, view = await closed(world, lost("none", 2400), GOT)
    await charge_back(world, view)
    await report(world, view.deliveries[0].refund_id, confirmed=False)
    failed = await world.read(document)
    assert (sums(failed), [case.kind for case in failed.cases]) == ({"failed": 2400}, ["refund_failed"])
    await ask(world, view, Act.RETRY)
    tried = await world.until(document, lambda order: order.cases[0].closed_at is not None)
    assert (tried.refund, sums(tried)) == (None, {"failed": 2400})
    assert english(tried.cases[0].outcome) == "not decided: its payment was taken back"
    await paid_again(world, view)
    assert sums(await world.read(document)) == {"to_pay": 2400}


async def test_sums_are_told_apart_by_what_became_of_them(world: World) -> None:
    document, view = await closed(world, lost("a", 1300), lost("b", 2400), lost("c", 4200), GOT)
    await report(world, view.deliveries[0].refund_id, confirmed=True)
    await report(world, view.deliveries[1].refund_id, confirmed=False)
    told = await world.read(document)
    assert sums(told) == {"paid": 1300, "failed": 2400, "to_pay": 4200}
    found = await listed(world, view)
    assert found is not None
    [case] = found.waits
    assert (case.about, case.reason, english(case.note)) == ("b#1, case 1", "refund_failed", "said so")
    assert case.deadline == told.cases[0].deadline
    await ask(world, view, Act.RETRY, index=1)
    again = await world.until(document, lambda order: order.cases[0].closed_at is not None)
    assert sums(again) == {"paid": 1300, "to_pay": 6600}
    assert await listed(world, view) is None


async def test_another_key_for_a_closed_order_waits_for_its_payment_and_is_bought_once(world: World) -> None:
    document, view = await closed(world, GOT)
    await charge_back(world, view)
    await ask(world, view, Act.REISSUE)
    held = await world.until(document, lambda order: order.deliveries[0].state == "held")
    assert (held.deliveries[0].hold_reason, len(world.sales(held))) == ("payment", 1)
    with pytest.raises(ActRefused, match="say --paid once it is there again"):
        await world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.RESUME, "not paid"))
    await paid_again(world, view)
    await world.until(document, lambda order: order.cases[0].closed_at is not None)
    done = await world.read(document)
    assert (done.state, done.refund, english(done.cases[0].outcome)) == ("completed", None, "delivered")
    assert sorted(sale.status for sale in world.sales(done)) == ["delivered", "refunded"]
