"""Paid but not delivered, and stuck: what users of other systems suffered, each row as a test.

Each test names the tracker and the number. Not applicable: dujiao-next #56 (editing a mapped product zeroes
its stock) and #236 are about a shop's product editor, which Perkflow has not; a kind that changes under a
published bundle is refused, which `tests/unit/validation/test_catalogue.py` holds.
"""

import asyncio
from datetime import UTC, datetime
from typing import Any

from temporalio.testing import ActivityEnvironment

from activities.runs.adopt import Sweeper
from domain.messages import Swept
from domain.verbs.verb import Act
from storage.supply.pool_stock import ImportedKey
from storage.views.orders import OrderView
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.world import World

KEY = benefit("stuck-key", "key", offer("kayixin", "1001"))
SCARCE = benefit("stuck-scarce", "key", offer("kayixin", "2004"))
LATE = benefit("stuck-late", "key", offer("kayixin", "1002"))


async def held(world: World, **more: Any) -> OrderView:
    bundle = await world.publish([{"id": "key", "benefit": "stuck-scarce"}], [SCARCE], **more)
    document = world.order(bundle)
    await world.place(document)
    return await world.until(document, lambda order: order.state == "held")


async def closed(world: World, view: OrderView) -> OrderView:
    await world.client.get_workflow_handle(f"order/shop/{view.order_no}").result()
    return await world.read_number(f"shop/{view.order_no}")


async def test_dujiao_next_139_a_stuck_order_says_why_has_an_exit_and_its_refund_is_a_state(
    world: World,
) -> None:
    view = await held(world, hold_for="P1D")
    [delivery] = view.deliveries
    assert (delivery.hold_reason, delivery.hold_deadline is not None) == ("out_of_stock", True)
    await ask(world, view, Act.REFUND)
    done = await closed(world, view)
    assert (done.state, done.deliveries[0].state, done.deliveries[0].refund_state) == (
        "failed",
        "failed",
        "decided",
    )


async def test_dujiao_next_108_288_167_a_late_confirmation_runs_the_normal_path(world: World) -> None:
    """A retry, whenever it comes, buys as any purchase is bought: intent, call, outcome."""
    view = await held(world, hold_for="P1D")
    world.simulators["kayixin"].products["2004"].mode = "ok"
    try:
        await ask(world, view, Act.RETRY)
        done = await closed(world, view)
    finally:
        world.simulators["kayixin"].products["2004"].mode = "out_of_stock"
    assert (done.state, [a.state for a in done.deliveries[0].attempts]) == (
        "completed",
        ["rejected", "delivered"],
    )


async def test_zfaka_128_whoever_bought_several_gets_several(world: World) -> None:
    bundle = await world.publish([{"id": "key", "benefit": "stuck-key", "quantity": 3}], [KEY])
    view = await world.fulfil(world.order(bundle, quantity=2))
    [sale] = world.sales(view)
    assert (view.deliveries[0].units_delivered, sale.quantity, len(sale.credentials)) == (6, 6, 6)


async def test_acg_faka_940_stock_that_an_earlier_payer_took_is_paid_back_by_itself(world: World) -> None:
    own = benefit("stuck-own", "key", offer("pool", "stuck"), offer("kayixin", "2004"))
    await world.stock_pool("stuck", ImportedKey(cost=1, number="STUCK-ONLY-ONE"))
    bundle = await world.publish([{"id": "key", "benefit": "stuck-own"}], [own], hold_for="PT0S")
    views = await asyncio.gather(*(world.fulfil(world.order(bundle)) for _ in range(3)))
    assert sorted(view.state for view in views) == ["completed", "failed", "failed"]
    assert [view.refund for view in views if view.state == "failed"] == [views[0].price] * 2


async def test_polar_5636_the_suppliers_own_words_stand_on_the_delivery(world: World) -> None:
    view = await held(world, hold_for="P1D")
    assert english(view.deliveries[0].note) == "1001: 库存不足"


async def test_xianyu_291_accepted_is_not_delivered_until_the_supplier_says_so(world: World) -> None:
    bundle = await world.publish([{"id": "key", "benefit": "stuck-late"}], [LATE])
    products = world.simulators["kayixin"].products
    products["1002"].delay = 2.5
    try:
        document = world.order(bundle)
        await world.place(document)
        accepted = await world.until(
            document, lambda order: any(a.supplier_order for a in order.deliveries[0].attempts)
        )
        done = await world.finish(document)
    finally:
        products["1002"].delay = 0.5
    assert (accepted.deliveries[0].state, accepted.deliveries[0].units_delivered) == ("in_progress", 0)
    assert (done.deliveries[0].state, done.deliveries[0].units_delivered) == ("delivered", 1)


async def test_xianyu_282_an_unknown_outcome_is_a_state_and_is_found_out(world: World) -> None:
    lost = benefit("stuck-lost", "key", offer("kayixin", "2007"))
    bundle = await world.publish([{"id": "key", "benefit": "stuck-lost"}], [lost])
    view = await world.fulfil(world.order(bundle))
    states = [event.data.get("state") for event in view.events if event.type.startswith("delivery.")]
    assert "uncertain" in states
    assert (view.state, len(world.sales(view))) == ("completed", 1)


async def test_vendure_846_an_order_cancelled_in_part_goes_on_with_the_rest(world: World) -> None:
    bundle = await world.publish(
        [{"id": "scarce", "benefit": "stuck-scarce"}, {"id": "key", "benefit": "stuck-key"}],
        [SCARCE, KEY],
        hold_for="P1D",
        price=10000,
    )
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: order.state == "held")
    await ask(world, view, Act.REFUND)
    done = await closed(world, view)
    assert [d.state for d in done.deliveries] == ["failed", "delivered"]
    assert (done.state, done.refund.amount if done.refund else 0) == ("partial", 5000)


async def test_digital_license_manager_10_a_digital_order_completes_by_itself(world: World) -> None:
    bundle = await world.publish([{"id": "key", "benefit": "stuck-key"}], [KEY])
    view = await world.fulfil(world.order(bundle))
    assert (view.state, view.closed_at is not None) == ("completed", True)


async def test_an_order_whose_run_somebody_ended_is_taken_up_again(world: World) -> None:
    view = await held(world, hold_for="P1D")
    await world.client.get_workflow_handle(f"order/shop/{view.order_no}").terminate("by mistake")
    sweeper = Sweeper(world.client, world.database, lambda: datetime.now(UTC).replace(year=2099), [])
    swept = await ActivityEnvironment().run(sweeper.adopt_lost_orders, Swept(orders=[]))
    assert f"shop/{view.order_no}" in swept.orders
    await ask(world, view, Act.REFUND)
    done = await closed(world, view)
    assert done.refund == done.price
