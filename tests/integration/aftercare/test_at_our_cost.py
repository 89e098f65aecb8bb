"""What nobody takes back: paid back out of goodwill, or bought again since it cannot be used; once each."""

from typing import Any

import pytest
from sqlalchemy import select, update

from activities.runs.cases import start_case
from domain.keys import case_workflow_id, supplier_key
from domain.notes.general import Said
from domain.planning.order_events import OrderEvent, OrderEventKind
from domain.supply.outcomes import Delivered, IssuedUnit, Rejected
from domain.verbs.verb import Act
from starter.desk.errors import ActRefused
from storage.aftercare.cases import case_to_run
from storage.tables import CaseRow, Credential
from storage.views.orders import OrderView
from tests.integration.aftercare.test_cases import delivered, once
from tests.support.answering import Answering
from tests.support.asking import ask, asked
from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.world import World

LINK = benefit("cost-link", "link", offer("fulu", "10000588", revocable=False))
KEY = benefit("cost-key", "key", offer("kayixin", "1001"))
ENDS = benefit("cost-ends", "key", offer("kayixin", "ends-then", revocable=False))
KEPT = "paid back out of goodwill, and kept"
ALL_PAID = "all that was paid for it was paid back, and the buyer keeps it"


async def live_and_not(world: World, view: OrderView) -> tuple[int, int]:
    """How many credentials of an order are its buyer's, and how many are not any more."""
    ids = [delivery.id for delivery in view.deliveries]
    async with world.database.transaction() as session:
        rows = list(await session.scalars(select(Credential).where(Credential.delivery_id.in_(ids))))
    live = sum(row.revoked_at is None for row in rows)
    return live, len(rows) - live


async def test_what_nobody_takes_back_is_neither_reissued_nor_returned(world: World) -> None:
    view = await delivered(world, LINK)
    for act in (Act.REISSUE, Act.REFUND):
        with pytest.raises(ActRefused, match="its supplier takes nothing back: replace buys another one"):
            await ask(world, view, act)
    assert (await world.read_number(f"shop/{view.order_no}")).cases == []


async def test_goodwill_pays_back_what_was_paid_once_and_the_buyer_keeps_it(world: World) -> None:
    bundle = await world.publish(
        [{"id": "link", "benefit": "cost-link"}, {"id": "key", "benefit": "cost-key"}], [LINK, KEY]
    )
    view = await world.fulfil(world.order(bundle))
    acted = [await ask(world, view, Act.GOODWILL) for _ in range(2)]
    done = await once(world, view, KEPT)
    assert ([each.case for each in acted], [case.kind for case in done.cases]) == ([1, 1], ["goodwill"])
    link = done.deliveries[0]
    assert (done.state, link.state, done.refund, link.refund) == (
        "completed", "delivered", link.share, link.share,
    )  # fmt: skip
    assert english(link.refunds[0].reason) == "link out of goodwill"
    assert [sale.status for sale in world.sales(done)] == ["delivered", "delivered"]
    for act in (Act.GOODWILL, Act.REPLACE):
        with pytest.raises(ActRefused, match=ALL_PAID):
            await ask(world, view, act, "again", unusable=True)


async def test_a_refund_of_goodwill_that_fails_is_decided_again_with_the_same_amount(world: World) -> None:
    view = await delivered(world, LINK)
    await ask(world, view, Act.GOODWILL)
    paid = await once(world, view, KEPT)
    refund = paid.deliveries[0].refund_id
    assert refund is not None
    await world.checkout.report_refund(refund, confirmed=False, note="account closed", actor="shop")
    with pytest.raises(ActRefused, match="its refund failed: retry decides it again"):
        await ask(world, view, Act.GOODWILL, "again")
    await ask(world, view, Act.RETRY)
    done = await once(world, view, "decided again")
    assert (done.refund, done.state) == (done.price, "completed")


async def test_nothing_is_paid_out_of_goodwill_while_the_payment_is_gone(world: World) -> None:
    view = await delivered(world, LINK)
    charged_back = OrderEvent(event_id="bank-1", event=OrderEventKind.CHARGEBACK)
    await world.checkout.report(view.order_id, charged_back, actor="channel")
    with pytest.raises(ActRefused, match="its payment was taken back, so nothing is owed for it"):
        await ask(world, view, Act.GOODWILL)
    with pytest.raises(ActRefused, match="its order is paused, so no other one would be bought"):
        await ask(world, view, Act.REPLACE, unusable=True)


async def test_what_was_paid_out_of_goodwill_stays_with_the_buyer_when_the_rest_is_undone(
    world: World,
) -> None:
    reversible = {"reversibility": "reversible"}
    later = {"id": "later", "benefit": "cost-key", "release": {"after": "P30D"}, **reversible}
    bundle = await world.publish(
        [{"id": "now", "benefit": "cost-key", **reversible}, later], [KEY], policy="all_or_nothing"
    )
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: order.deliveries[0].state == "delivered")
    await ask(world, view, Act.GOODWILL)
    await once(world, view, KEPT)
    await world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.CANCEL))
    done = await world.finish(document)
    assert [each.state for each in done.deliveries] == ["delivered", "cancelled"]
    assert ([sale.status for sale in world.sales(done)], done.refund) == (["delivered"], done.price)


async def test_a_replacement_is_another_purchase_and_the_old_one_stays_in_the_book(world: World) -> None:
    view = await delivered(world, LINK)
    with pytest.raises(ActRefused, match="only what cannot be used is bought again at our cost"):
        await ask(world, view, Act.REPLACE, "hasty")
    acted = [await ask(world, view, Act.REPLACE, unusable=True) for _ in range(2)]
    done = await once(world, view, "delivered")
    attempts = done.deliveries[0].attempts
    assert ([each.case for each in acted], [case.kind for case in done.cases]) == ([1, 1], ["replacement"])
    assert [each.state for each in attempts] == ["written_off", "delivered"]
    keys = [supplier_key("shop", done.order_no, "cost-link", 1, 1, number) for number in (1, 2)]
    assert ([each.key for each in attempts], len({*keys})) == (keys, 2)
    assert [sale.status for sale in world.sales(done)] == ["delivered", "delivered"]
    assert (done.state, done.refund, await live_and_not(world, done)) == ("completed", None, (1, 1))


async def test_a_replacement_whose_run_was_lost_in_the_end_buys_nothing_more(world: World) -> None:
    view = await delivered(world, LINK)
    await ask(world, view, Act.REPLACE, unusable=True)
    await once(world, view, "delivered")
    await world.client.get_workflow_handle(case_workflow_id("shop", view.order_no, 1)).result()
    async with world.database.transaction() as session:
        not_closed = update(CaseRow).where(CaseRow.order_id == view.order_id)
        await session.execute(not_closed.values(closed_at=None, outcome=None))
        case = await case_to_run(session, view.order_id, 1)
    assert case is not None
    await start_case(world.client, case)
    done = await once(world, view, "delivered")
    assert [each.state for each in done.deliveries[0].attempts] == ["written_off", "delivered"]
    assert len(world.sales(done)) == 2


async def test_a_replacement_that_cannot_be_had_is_paid_back(world: World, answering: Answering) -> None:
    first: Any = Delivered((IssuedUnit(number=f"ENDS-{world.token}"),))
    answering.with_("submit", "ends-then", first, Rejected("1012", Said(text="sold out"), "offer"))
    view = await delivered(world, ENDS, hold_for="PT0S")
    await ask(world, view, Act.REPLACE, unusable=True)
    done = await once(world, view, "failed")
    assert ([each.state for each in done.deliveries[0].attempts], done.refund) == (
        ["written_off", "rejected"], done.price,
    )  # fmt: skip
