"""Purchases that stay unresolved are left to a person and asked about further; nothing is paid back."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from domain.contract.order import OrderDocument
from domain.messages import CallbackNotice
from domain.notes.general import Said
from domain.supply.outcomes import Delivered, IssuedUnit, Pending, Receipt, Uncertain, UnknownOrder
from domain.verbs.verb import Act
from storage.tables import Attempt, Delivery
from storage.views.deliveries import DeliveryView
from storage.views.orders import OrderView, waiting_orders
from tests.support.answering import Answering
from tests.support.asking import asked
from tests.support.documents import benefit, offer
from tests.support.world import World
from workflows.run.verbs import DeliveryVerbs

LEFT = benefit("left-key", "key", offer("kayixin", "left"))
ACCEPTED = Pending(timedelta(seconds=1), Receipt("S-ACCEPTED"))
SILENT = Uncertain(Said(text="no answer"), silent=True)
LONG_AGO = timedelta(days=2)


async def placed(world: World) -> tuple[OrderDocument, OrderView]:
    """An order whose purchase has been begun."""
    bundle = await world.publish([{"id": "left", "benefit": "left-key"}], [LEFT], hold_for="PT1H")
    document = world.order(bundle)
    await world.place(document)
    return document, await world.until(document, lambda order: bool(order.deliveries[0].attempts))


async def change_attempt(world: World, view: OrderView, **values: Any) -> None:
    async with world.database.transaction() as session:
        of_it = Attempt.key == view.deliveries[0].attempts[0].key
        await session.execute(update(Attempt).where(of_it).values(**values))


async def held(world: World, document: OrderDocument) -> DeliveryView:
    view = await world.until(document, lambda order: order.state == "held")
    return view.deliveries[0]


async def left_alone(world: World, answering: Answering, answer: object) -> tuple[OrderDocument, OrderView]:
    """An order whose purchase was begun two days ago and is not resolved."""
    answering.with_("submit", "left", answer)
    answering.with_("query", "left", answer)
    document, view = await placed(world)
    await change_attempt(world, view, opened_at=datetime.now(UTC) - LONG_AGO)
    await held(world, document)
    return document, view


async def report(world: World, document: OrderDocument, view: OrderView) -> None:
    hint = CallbackNotice(delivery_id=view.deliveries[0].id)
    await world.run_of(document).signal(DeliveryVerbs.callback_received, hint)


def late(view: OrderView) -> Delivered:
    return Delivered((IssuedUnit(number=f"LATE-{view.order_no}"),), Receipt("S-ACCEPTED"))


async def test_that_an_accepted_order_is_not_known_pays_nothing_back(
    world: World, answering: Answering
) -> None:
    answering.with_("submit", "left", ACCEPTED)
    answering.with_("query", "left", ACCEPTED, ACCEPTED, UnknownOrder())
    document, view = await placed(world)
    await world.until(document, lambda order: order.deliveries[0].attempts[0].supplier_order is not None)
    await world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.CANCEL))
    await world.until(document, lambda order: [e.type for e in order.events].count("delivery.uncertain") > 1)
    await change_attempt(world, view, checks=12)
    await report(world, document, view)
    delivery = await held(world, document)
    [attempt] = delivery.attempts
    assert (delivery.hold_reason, delivery.next_action, delivery.refund) == ("needs_attention", "check", None)
    assert (attempt.state, attempt.code, attempt.submissions) == ("pending", None, 1)
    assert answering.asked.count("submit") == 1
    answering.with_("query", "left", late(view))
    await world.checkout.act(f"shop/{view.order_no}", asked(view, Act.RETRY))
    done = await world.finish(document)
    assert (done.state, done.refund) == ("completed", None)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(ACCEPTED, "needs_attention"), (SILENT, "supplier_unavailable")],
    ids=["never finished", "silent"],
)
async def test_what_is_not_resolved_for_days_is_found_and_a_report_asks_about_it_at_once(
    world: World, answering: Answering, answer: object, reason: str
) -> None:
    document, view = await left_alone(world, answering, answer)
    delivery = await held(world, document)
    assert (delivery.hold_reason, delivery.next_action) == (reason, "check")
    assert delivery.hold_deadline is not None and delivery.next_action_at is not None
    assert delivery.hold_deadline - (delivery.held_since or datetime.now(UTC)) == timedelta(days=1)
    assert timedelta(hours=5) < delivery.next_action_at - datetime.now(UTC) < timedelta(hours=7)
    async with world.database.transaction() as session:
        lines = await waiting_orders(session, limit=500)
    assert view.order_no in [line.order_no for line in lines]
    answering.with_("query", "left", late(view))
    before = answering.asked.count("query")
    await report(world, document, view)
    done = await world.finish(document)
    assert (done.state, answering.asked.count("query"), answering.asked.count("submit")) == (
        "completed",
        before + 1,
        1,
    )


async def test_its_deadline_closes_nothing_and_is_followed_by_another_one(
    world: World, answering: Answering
) -> None:
    document, view = await left_alone(world, answering, ACCEPTED)
    first = await held(world, document)
    async with world.database.transaction() as session:
        passed = update(Delivery).where(Delivery.id == first.id)
        await session.execute(passed.values(hold_deadline=datetime.now(UTC) - timedelta(seconds=1)))
    await report(world, document, view)
    later = await world.until(
        document, lambda order: (order.deliveries[0].hold_deadline or datetime.now(UTC)) > datetime.now(UTC)
    )
    delivery = later.deliveries[0]
    assert (delivery.state, delivery.held_since, later.refund) == ("held", first.held_since, None)
    assert delivery.hold_deadline is not None
    assert timedelta(hours=23) < delivery.hold_deadline - datetime.now(UTC) <= timedelta(days=1)


async def test_cancelling_asks_once_at_once_and_pays_nothing_back(world: World, answering: Answering) -> None:
    document, view = await left_alone(world, answering, ACCEPTED)
    before = answering.asked.count("query")
    await world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.CANCEL))
    await asyncio.sleep(3)
    still = await world.read(document)
    assert (answering.asked.count("query"), still.state, still.refund) == (before + 1, "held", None)


async def test_a_report_about_an_order_that_the_supplier_had_not_known_asks_about_it(
    world: World, answering: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.fulfilment.steps.MAX_SUBMISSIONS", 1)
    answering.with_("submit", "left", SILENT)
    answering.with_("query", "left", UnknownOrder())
    document, view = await placed(world)
    delivery = await held(world, document)
    assert (delivery.hold_reason, delivery.next_action) == ("supplier_unavailable", "hold")
    answering.with_("query", "left", late(view))
    await report(world, document, view)
    done = await world.finish(document)
    assert (done.state, answering.asked.count("submit")) == ("completed", 1)
