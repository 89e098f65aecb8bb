"""Aftercare: a reversal, a reissue, a return and a failed refund, on closed orders, under the same verbs."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from temporalio.testing import ActivityEnvironment

from activities.runs.adopt import Sweeper
from activities.runs.cases import open_reversal, start_case
from domain.keys import case_workflow_id
from domain.messages import Swept
from domain.planning.order_events import OrderEvent, OrderEventKind
from domain.verbs.verb import Act
from simulator.shop.ledger import Sale
from starter.desk.errors import ActRefused
from storage.aftercare.cases import case_to_run
from storage.tables import Attempt, CaseRow
from storage.views.orders import OrderView
from tests.support.asking import ask, asked
from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.watching import one_watch
from tests.support.world import World

KEY = benefit("case-key", "key", offer("kayixin", "1001"))
LINK = benefit("case-link", "link", offer("fulu", "10000588"))
NONE = benefit("case-none", "key", offer("kayixin", "2004"))


async def delivered(world: World, *benefits: dict[str, Any], **more: Any) -> OrderView:
    """A closed order over these benefits."""
    bundle = await world.publish([{"id": b["id"], "benefit": b["id"]} for b in benefits], [*benefits], **more)
    return await world.fulfil(world.order(bundle))


async def once(world: World, view: OrderView, reached: str) -> OrderView:
    """The order as soon as its last case has this outcome, or its state is this one."""
    for _ in range(300):
        now = await world.read_number(f"{view.channel}/{view.order_no}")
        if reached in (now.state, *(english(case.outcome) for case in now.cases)):
            return await world.read_number(f"{view.channel}/{view.order_no}")
        await asyncio.sleep(0.1)
    raise AssertionError(now.model_dump_json(indent=1))


def revoke(world: World, view: OrderView) -> Sale:
    """The supplier takes its sale back, and the buyer's key is dead."""
    ledger = world.simulators["kayixin"].ledger
    [sale] = world.sales(view)
    return ledger.pay_back(sale, sale.credentials, sale.money_minor)


async def reversed_order(world: World, **more: Any) -> OrderView:
    """A closed order whose supplier took its key back, found out by a case."""
    view = await delivered(world, KEY, **more)
    revoke(world, view)
    delivery = view.deliveries[0].id
    await open_reversal(world.client, world.database, view.order_id, delivery)
    return view


async def test_a_reissue_takes_the_old_key_back_and_buys_another(world: World) -> None:
    view = await delivered(world, KEY)
    acted = await ask(world, view, Act.REISSUE)
    assert acted.case == 1
    done = await once(world, view, "delivered")
    assert (done.state, done.refund) == ("completed", None)
    assert [attempt.state for attempt in done.deliveries[0].attempts] == ["revoked", "delivered"]
    assert sorted(sale.status for sale in world.sales(done)) == ["delivered", "refunded"]


async def test_a_reissue_whose_run_was_lost_in_the_end_keeps_what_it_has_bought(world: World) -> None:
    view = await delivered(world, KEY)
    await ask(world, view, Act.REISSUE)
    await once(world, view, "delivered")
    await world.client.get_workflow_handle(case_workflow_id("shop", view.order_no, 1)).result()
    async with world.database.transaction() as session:
        not_closed = update(CaseRow).where(CaseRow.order_id == view.order_id)
        await session.execute(not_closed.values(closed_at=None, outcome=None))
        case = await case_to_run(session, view.order_id, 1)
    assert case is not None
    await start_case(world.client, case)
    done = await once(world, view, "delivered")
    assert [attempt.state for attempt in done.deliveries[0].attempts] == ["revoked", "delivered"]
    assert sorted(sale.status for sale in world.sales(done)) == ["delivered", "refunded"]


async def test_a_reissue_asked_for_twice_is_one_case(world: World) -> None:
    view = await delivered(world, KEY)
    answers = await asyncio.gather(*(ask(world, view, Act.REISSUE) for _ in range(4)))
    assert {acted.case for acted in answers} == {1}
    done = await once(world, view, "delivered")
    assert len(done.cases) == 1
    assert len(world.sales(done)) == 2


async def test_what_cannot_be_taken_back_is_not_bought_again(world: World) -> None:
    view = await delivered(world, LINK)
    await ask(world, view, Act.REISSUE)
    done = await once(world, view, "delivered: kept: the supplier has no refund interface")
    assert (done.state, len(world.sales(done)), done.refund) == ("completed", 1, None)


async def test_a_return_is_taken_back_and_paid_back(world: World) -> None:
    view = await delivered(world, KEY)
    await ask(world, view, Act.REFUND)
    done = await once(world, view, "revoked: taken back")
    assert (done.state, done.refund) == ("failed", done.price)
    assert [sale.status for sale in world.sales(done)] == ["refunded"]


async def test_what_is_returned_while_its_payment_is_gone_is_paid_back_once_it_is_there_again(
    world: World,
) -> None:
    later = {"id": "later", "benefit": "case-key", "release": {"after": "P30D"}}
    bundle = await world.publish([{"id": "now", "benefit": "case-key"}, later], [KEY])
    document = world.order(bundle)
    receipt = await world.place(document)
    view = await world.until(document, lambda order: order.deliveries[0].state == "delivered")
    charged_back = OrderEvent(event_id="bank-1", event=OrderEventKind.CHARGEBACK)
    await world.checkout.report(receipt.order_id, charged_back, actor="channel")
    await ask(world, view, Act.REFUND)
    gone = await world.until(document, lambda order: bool(order.cases and order.cases[0].outcome))
    assert (gone.deliveries[0].state, gone.refund) == ("revoked", None)
    number, paid = f"shop/{view.order_no}", asked(view, Act.RESUME, paid=True)
    for _ in range(2):
        await world.checkout.act_on_order(number, paid)
        assert (await world.read(document)).refund == gone.deliveries[0].share
    await world.checkout.act_on_order(number, asked(view, Act.CANCEL))
    done = await world.finish(document)
    assert done.refund == done.price


async def test_a_late_reversal_holds_the_delivery_until_somebody_has_another_bought(world: World) -> None:
    view = await reversed_order(world, hold_for="P1D")
    held = await once(world, view, "held")
    assert held.deliveries[0].hold_reason == "needs_attention"
    assert english(held.deliveries[0].note) == "the supplier took 1 of 1 back after it was delivered"
    await ask(world, view, Act.RETRY)
    done = await once(world, view, "completed")
    assert [attempt.state for attempt in done.deliveries[0].attempts] == ["revoked", "delivered"]
    assert done.refund is None


async def test_a_late_reversal_that_nobody_looks_at_is_paid_back_at_its_deadline(world: World) -> None:
    view = await reversed_order(world, hold_for="PT1S")
    done = await once(world, view, "failed")
    assert done.refund == done.price
    assert done.deliveries[0].attempts[0].state == "revoked"


async def test_a_reversal_that_never_happened_changes_nothing(world: World) -> None:
    view = await delivered(world, KEY)
    before = view.deliveries[0]
    await open_reversal(world.client, world.database, view.order_id, before.id)
    done = await once(world, view, "delivered")
    assert done.deliveries[0] == before
    assert [case.kind for case in done.cases] == ["reversal"]


async def test_watching_finds_a_reversal_that_nobody_reported(world: World) -> None:
    view = await delivered(world, KEY, hold_for="P1D")
    revoke(world, view)
    async with world.database.transaction() as session:
        due = update(Attempt).where(Attempt.key == view.deliveries[0].attempts[0].key)
        await session.execute(due.values(verify_at=datetime.now(UTC) - timedelta(seconds=1)))
    await one_watch(world, f"watch-{view.order_no}")
    held = await once(world, view, "held")
    assert [case.kind for case in held.cases] == ["reversal"]


async def refund_failed(world: World) -> OrderView:
    """A closed order whose refund the channel could not pay."""
    view = await delivered(world, NONE, hold_for="PT0S")
    refund = view.deliveries[0].refund_id
    assert refund is not None
    await world.checkout.report_refund(refund, confirmed=False, note="account closed", actor="shop")
    return await world.read_number(f"{view.channel}/{view.order_no}")


async def test_a_confirmed_refund_is_confirmed_once(world: World) -> None:
    view = await delivered(world, NONE, hold_for="PT0S")
    refund = view.deliveries[0].refund_id
    assert refund is not None
    news = [
        (await world.checkout.report_refund(refund, confirmed=True, note="", actor="shop")).news
        for _ in range(2)
    ]
    done = await world.read_number(f"{view.channel}/{view.order_no}")
    assert news == [True, False]
    assert (done.state, done.deliveries[0].refund_state) == (view.state, "confirmed")
    with pytest.raises(ActRefused, match="was reported as confirmed already"):
        await world.checkout.report_refund(refund, confirmed=False, note="", actor="shop")


async def test_ruoyi_1031_a_refund_that_failed_can_be_tried_again(world: World) -> None:
    view = await refund_failed(world)
    assert (view.refund, [case.kind for case in view.cases]) == (None, ["refund_failed"])
    await ask(world, view, Act.RETRY)
    done = await once(world, view, "decided again")
    assert (done.refund, done.deliveries[0].refund_state) == (view.price, "decided")
    assert done.deliveries[0].refund_id != view.deliveries[0].refund_id


async def test_a_refund_that_was_settled_elsewhere_is_not_decided_again(world: World) -> None:
    view = await refund_failed(world)
    await ask(world, view, Act.WAIVE)
    done = await once(world, view, "settled elsewhere")
    assert (done.refund, done.deliveries[0].refund_state) == (None, "failed")


async def test_only_what_a_failed_refund_needs_can_be_done_about_it(world: World) -> None:
    view = await refund_failed(world)
    with pytest.raises(ActRefused, match="retry decides it again"):
        await ask(world, view, Act.HOLD)


async def test_a_closed_delivery_that_was_not_delivered_is_not_reissued(world: World) -> None:
    view = await delivered(world, NONE, hold_for="PT0S")
    with pytest.raises(ActRefused, match="reissue is only for what was delivered"):
        await ask(world, view, Act.REISSUE)


async def test_a_case_that_lost_its_run_is_adopted(world: World) -> None:

    view = await reversed_order(world, hold_for="P1D")
    await once(world, view, "held")
    run = world.client.get_workflow_handle(f"case/{view.channel}/{view.order_no}/1")
    await run.terminate("by mistake")
    sweeper = Sweeper(world.client, world.database, lambda: datetime.now(UTC), [])
    swept = await ActivityEnvironment().run(sweeper.adopt_lost_orders, Swept(orders=[]))
    assert f"{view.channel}/{view.order_no}, case 1" in swept.orders
    await ask(world, view, Act.REFUND)
    done = await once(world, view, "failed")
    assert done.refund == done.price


@pytest.mark.parametrize("at_once", [True, False], ids=["confirmed at once", "confirmed in the end"])
async def test_what_is_taken_back_after_its_refund_was_decided_is_paid_back_as_well(
    world: World, at_once: bool
) -> None:
    reversible = {"reversibility": "reversible"}
    bundle = await world.publish(
        [
            {"id": "pair", "benefit": "case-key", "quantity": 2, **reversible},
            {"id": "none", "benefit": "case-none", **reversible},
        ],
        [KEY, NONE],
        policy="all_or_nothing",
        hold_for="P1D",
    )
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(
        document, lambda order: [d.state for d in order.deliveries] == ["delivered", "held"]
    )
    [sale] = world.sales(view)
    world.simulators["kayixin"].ledger.pay_back(sale, sale.credentials[:1], sale.money_minor // 2)
    await open_reversal(world.client, world.database, view.order_id, view.deliveries[0].id)
    await world.until(document, lambda order: order.deliveries[0].state == "held")
    await ask(world, view, Act.REFUND)
    half = await world.until(document, lambda order: order.refund is not None)
    refund = half.deliveries[0].refund_id
    assert refund is not None
    if at_once:
        await world.checkout.report_refund(refund, confirmed=True, note="", actor="shop")
    await ask(world, view, Act.REFUND, index=1)
    done = await world.finish(document)
    assert [d.state for d in done.deliveries] == ["revoked", "failed"]
    assert (half.refund.amount if half.refund else 0, done.refund) == (3300, done.price)
    await world.checkout.report_refund(refund, confirmed=True, note="", actor="shop")
    number, second = f"{done.channel}/{done.order_no}", done.deliveries[0].refund_id
    assert (await world.read_number(number)).deliveries[0].state == "revoked"
    assert second is not None and second != refund
    await world.checkout.report_refund(second, confirmed=True, note="", actor="shop")
    assert (await world.read_number(number)).deliveries[0].state == "refunded"
