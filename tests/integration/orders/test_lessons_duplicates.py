"""Duplicate delivery and double charge: what users of other systems suffered, each row as a test.

Each test names the tracker and the number. Not applicable: license-manager-for-woocommerce #118 is about an
order state that people set by hand, which Perkflow has not; the state is computed, which
`tests/unit/fulfilment/test_states.py` holds.
"""

import asyncio

import pytest

from activities.runs.cases import open_reversal
from domain.messages import Acted
from domain.verbs.verb import Act
from simulator.faults.plan import FaultPlan
from simulator.shop.products import Product
from starter.desk.errors import ActPending, ActRefused, OrderRejected
from storage.views.orders import OrderView
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.world import World

KEY = benefit("lesson-key", "key", offer("kayixin", "1001"))
SLOW = benefit("lesson-slow", "key", offer("kayixin", "2001"))
SCARCE = benefit("lesson-scarce", "key", offer("kayixin", "2004"))
REVERSIBLE = {"reversibility": "reversible"}


def secrets_of(world: World, *views: OrderView) -> list[str]:
    """Every key that suppliers issued for these orders."""
    cards = [card for view in views for sale in world.sales(view) for card in sale.credentials]
    return [card.password for card in cards]


async def test_dujiaoka_328_and_97_a_payment_notice_repeated_five_times_issues_one_key(world: World) -> None:
    bundle = await world.publish([{"id": "key", "benefit": "lesson-key"}], [KEY])
    document = world.order(bundle)
    receipts = await asyncio.gather(*(world.place(document) for _ in range(5)))
    view = await world.finish(document)
    receipts.append(await world.place(document))
    assert {receipt.order_id for receipt in receipts} == {view.order_id}
    assert (len(world.sales(view)), len(secrets_of(world, view))) == (1, 1)


async def test_card_system_460_a_key_that_somebody_has_is_held_back_and_never_shown_twice(
    world: World,
) -> None:
    # A product of its own: the supplier repeats the first key of a product, which must be one of this book.
    world.simulators["kayixin"].products["9001"] = Product("9001", "once", 500, "card", sync=True)
    red = benefit("lesson-red", "key", offer("kayixin", "9001"))
    bundle = await world.publish([{"id": "key", "benefit": "lesson-red"}], [red], hold_for="P1D")
    first = await world.fulfil(world.order(bundle))
    ledger = world.simulators["kayixin"].ledger
    [card] = world.sales(first)[0].credentials
    world.simulators["kayixin"].use_faults(FaultPlan(1, {"duplicate_credential": 1.0}))
    try:
        document = world.order(bundle)
        await world.place(document)
        held = await world.until(document, lambda view: view.state == "held")
    finally:
        world.simulators["kayixin"].use_faults(FaultPlan(0, {}))
    assert held.deliveries[0].hold_reason == "duplicate_credential"
    assert held.deliveries[0].units_delivered == 0
    assert (card.void, ledger.duplicate_numbers()) == (False, [])


async def test_dujiao_next_pr_235_support_that_races_the_worker_buys_nothing_a_second_time(
    world: World,
) -> None:
    bundle = await world.publish([{"id": "key", "benefit": "lesson-slow"}], [SLOW])
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: bool(order.deliveries[0].attempts))
    outcomes = await asyncio.gather(
        *(ask(world, view, Act.RETRY, str(number)) for number in range(5)), return_exceptions=True
    )
    done = await world.finish(document)
    assert {type(outcome) for outcome in outcomes} <= {Acted, ActRefused, ActPending}
    assert (done.state, len(world.sales(done))) == ("completed", 1)


async def test_medusa_13301_a_purchase_whose_answer_was_lost_is_charged_once(world: World) -> None:
    lost = benefit("lesson-lost", "key", offer("kayixin", "2008"))
    bundle = await world.publish([{"id": "key", "benefit": "lesson-lost"}], [lost])
    view = await world.fulfil(world.order(bundle))
    [attempt] = view.deliveries[0].attempts
    [sale] = world.sales(view)
    assert attempt.charged is not None
    assert (view.state, attempt.charged.amount, sale.money_minor) == ("completed", 1000, 1000)


async def test_medusa_15527_undoing_one_order_leaves_another_ones_purchases_alone(world: World) -> None:
    failing = benefit("lesson-failing", "key", offer("kayixin", "2003"))
    parts = [{"id": "key", "benefit": "lesson-key", **REVERSIBLE}]
    good = await world.publish(parts, [KEY])
    bad = await world.publish(
        [*parts, {"id": "failing", "benefit": "lesson-failing", **REVERSIBLE}],
        [KEY, failing],
        policy="all_or_nothing",
    )
    kept, undone = await asyncio.gather(world.fulfil(world.order(good)), world.fulfil(world.order(bad)))
    assert (kept.state, kept.refund) == ("completed", None)
    assert [sale.status for sale in world.sales(kept)] == ["delivered"]
    assert (undone.state, undone.refund) == ("failed", undone.price)
    assert sorted(sale.status for sale in world.sales(undone)) == ["failed", "refunded"]


async def test_woocommerce_62659_one_payment_under_one_number_is_one_order_whatever_its_body(
    world: World,
) -> None:
    bundle = await world.publish([{"id": "key", "benefit": "lesson-key"}], [KEY])
    document = world.order(bundle)
    other = document.model_copy(update={"quantity": 2, "paid": document.paid.times(2)})
    outcomes = await asyncio.gather(
        *(world.place(body) for body in (document, other, document, other)), return_exceptions=True
    )
    view = await world.finish(document)
    refused = [outcome for outcome in outcomes if isinstance(outcome, OrderRejected)]
    assert [error.code for error in refused] == ["order_number_conflict"] * 2
    assert len(world.sales(view)) == 1


async def test_ydisks_30_the_same_request_of_support_twice_has_one_effect(world: World) -> None:
    bundle = await world.publish([{"id": "key", "benefit": "lesson-scarce"}], [SCARCE], hold_for="P1D")
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: order.state == "held")
    for _ in range(3):
        await ask(world, view, Act.REFUND)
    done = await world.finish(document)
    assert (done.refund, len([e for e in done.events if e.type == "human.refund"])) == (done.price, 1)
    assert len([event for event in done.events if event.type == "refund.decided"]) == 1


@pytest.mark.parametrize("times", [1, 4])
async def test_a_delivery_reported_as_taken_back_many_times_is_one_case(world: World, times: int) -> None:
    bundle = await world.publish([{"id": "key", "benefit": "lesson-key"}], [KEY], hold_for="P1D")
    view = await world.fulfil(world.order(bundle))
    [sale] = world.sales(view)
    world.simulators["kayixin"].ledger.pay_back(sale, sale.credentials, sale.money_minor)
    delivery = view.deliveries[0].id
    await asyncio.gather(
        *(open_reversal(world.client, world.database, view.order_id, delivery) for _ in range(times))
    )
    now = await world.read_number(f"shop/{view.order_no}")
    assert [case.kind for case in now.cases] == ["reversal"]
