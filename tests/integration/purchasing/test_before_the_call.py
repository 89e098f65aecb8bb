"""What was decided about an order while a purchase waited for its worker counts."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from adapters.supplier import NotSent
from domain.contract.order import OrderDocument
from domain.notes.people import PausedBy
from domain.notes.supply.answers import NoConnection
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from storage.people import acts
from storage.purchasing import at_hand, attempts
from storage.purchasing.at_hand import AtHand
from storage.tables import Delivery
from storage.views.orders import OrderView
from tests.support.answering import Answering
from tests.support.asking import asked
from tests.support.documents import benefit, offer
from tests.support.world import World

FIRST = benefit("before-first", "key", offer("kayixin", "1001"))
LAST = benefit("before-last", "recharge", offer("fulu", "10000585"), account="phone")
ALONE = benefit("before-alone", "key", offer("kayixin", "1001"))
UNREACHED = benefit("before-unreached", "key", offer("kayixin", "unreached"))
PHONE = {"shared": {"type": "phone", "value": "13800138000"}}


@dataclass
class Waiting:
    """Purchases of the last component wait here in front of the book."""

    component: str = "last"
    came: asyncio.Event = field(default_factory=asyncio.Event)
    let: asyncio.Event = field(default_factory=asyncio.Event)
    times: int = 0


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Waiting]:
    here, real, begin = Waiting(), at_hand.of_delivery, attempts.begin_submit

    async def of_delivery(session: Any, order_id: str, delivery_id: str, offer: int) -> Any:
        component = await session.scalar(select(Delivery.component).where(Delivery.id == delivery_id))
        if component == here.component:
            here.came.set()
            await here.let.wait()
        return await real(session, order_id, delivery_id, offer)

    async def begin_submit(session: Any, vault: Any, found: AtHand, *more: Any, **named: Any) -> Any:
        here.times += found.delivery.component == here.component
        return await begin(session, vault, found, *more, **named)

    monkeypatch.setattr(at_hand, "of_delivery", of_delivery)
    monkeypatch.setattr(attempts, "begin_submit", begin_submit)
    yield here
    here.let.set()


async def about_to_buy(
    world: World, waiting: Waiting, document: OrderDocument, act: Act
) -> tuple[HumanAct, OrderView]:
    await world.place(document)
    await asyncio.wait_for(waiting.came.wait(), 30)
    view = await world.read(document)
    return asked(view, act), view


async def test_what_cannot_be_taken_back_is_not_bought_after_a_cancel(world: World, waiting: Waiting) -> None:
    bundle = await world.publish(
        [
            {"id": "first", "benefit": "before-first", "reversibility": "reversible"},
            {"id": "last", "benefit": "before-last"},
        ],
        [FIRST, LAST],
        policy="all_or_nothing",
    )
    document = world.order(bundle, recipients=PHONE)
    act, view = await about_to_buy(world, waiting, document, Act.CANCEL)
    await world.checkout.act_on_order(f"shop/{view.order_no}", act)
    waiting.let.set()
    done = await world.finish(document)
    assert [(d.component, d.state) for d in done.deliveries] == [("first", "revoked"), ("last", "cancelled")]
    assert [(sale.product_code, sale.status) for sale in world.sales(done)] == [("1001", "refunded")]
    assert (done.state, done.refund, waiting.times) == ("failed", done.price, 1)


async def test_a_run_that_was_not_told_of_a_cancel_hears_of_it_from_the_book(
    world: World, waiting: Waiting
) -> None:
    bundle = await world.publish([{"id": "last", "benefit": "before-alone"}], [ALONE])
    document = world.order(bundle)
    act, _ = await about_to_buy(world, waiting, document, Act.CANCEL)
    async with world.database.transaction() as session:
        await acts.act_on_order(session, act, datetime.now(UTC))
    waiting.let.set()
    done = await world.finish(document)
    assert (done.state, done.refund, done.deliveries[0].attempts) == ("cancelled", done.price, [])
    assert (waiting.times, world.sales(done)) == (1, [])


async def test_what_comes_due_in_the_moment_of_a_pause_is_held(world: World, waiting: Waiting) -> None:
    bundle = await world.publish([{"id": "last", "benefit": "before-alone"}], [ALONE])
    document = world.order(bundle)
    act, view = await about_to_buy(world, waiting, document, Act.PAUSE)
    await world.checkout.act_on_order(f"shop/{view.order_no}", act)
    waiting.let.set()
    held = await world.until(document, lambda order: order.state == "held")
    assert (held.deliveries[0].hold_reason, held.deliveries[0].note) == (
        "by_operator",
        PausedBy(actor="lin", reason="the buyer called"),
    )
    assert (held.deliveries[0].attempts, world.sales(held)) == ([], [])
    await world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.RESUME))
    done = await world.finish(document)
    assert (done.state, len(world.sales(done))) == ("completed", 1)


async def test_a_request_that_never_left_is_not_sent_after_a_cancel(
    world: World, answering: Answering
) -> None:
    answering.with_("submit", "unreached", NotSent(NoConnection()))
    bundle = await world.publish([{"id": "only", "benefit": "before-unreached"}], [UNREACHED])
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: "submit" in answering.asked)
    await world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.CANCEL))
    done = await world.finish(document)
    assert [(a.state, a.code, a.submissions) for a in done.deliveries[0].attempts] == [
        ("rejected", "cancelled", 0)
    ]
    assert (done.state, done.refund) == ("failed", done.price)
