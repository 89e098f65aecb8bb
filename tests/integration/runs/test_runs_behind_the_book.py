"""A run that has not heard what a person did to its order acts on what the book says, not on what it knew."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities.orders import BookActivities
from activities.runs.adopt import HEARD_BY_THEN, Sweeper
from domain.fulfilment.states import DeliveryState as D
from domain.fulfilment.steps import NextAction
from domain.keys import canonical_digest
from domain.messages import Swept
from domain.notes.general import Said
from domain.requests import GiveUpRequest, ResumeRequest
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from storage.base import requests
from storage.orders.recall import recall
from storage.people import acts, recent_acts
from storage.tables import Order
from tests.support.documents import benefit, offer
from tests.support.world import World

SCARCE = benefit("behind-key", "key", offer("kayixin", "2004"))
LATER = benefit("behind-later", "key", offer("kayixin", "1001"))


def asked(order_id: str, delivery_id: str, act: Act) -> HumanAct:
    return HumanAct(
        request_id=f"{act}-1",
        order_id=order_id,
        delivery_id=delivery_id,
        act=act,
        actor="lin",
        reason="it is",
    )


async def test_a_hold_that_a_person_began_afresh_is_not_ended_by_a_run_that_knew_the_old_one(
    world: World,
) -> None:
    bundle = await world.publish([{"id": "key", "benefit": "behind-key"}], [SCARCE], hold_for="P3D")
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: order.state == "held")
    delivery, now = view.deliveries[0].id, datetime.now(UTC)
    async with world.database.transaction() as session:
        [brief] = (await recall(session, view.order_id)).deliveries
        await acts.act(session, asked(view.order_id, delivery, Act.RELEASE), now)
    about: dict[str, Any] = {"order_id": view.order_id, "delivery_id": delivery, "known": brief.step}
    give_up = GiveUpRequest(**about, reason=Said(text="its deadline"), ran_out=True)
    book = BookActivities(world.database, world.vault, lambda: now + timedelta(days=4))
    given_up = await ActivityEnvironment().run(book.give_up, give_up)
    resumed = await ActivityEnvironment().run(book.resume, ResumeRequest(**about))
    stands = (given_up.delivery, resumed.delivery)
    assert [(each.state, each.next_action) for each in stands] == [(D.IN_PROGRESS, NextAction.SUBMIT)] * 2
    assert given_up.delivery.revision > brief.step.revision
    once_more = give_up.model_copy(update={"known": given_up.delivery})
    again = (await ActivityEnvironment().run(book.give_up, once_more)).delivery
    assert (again.state, again.next_action) == (D.FAILED, NextAction.DONE)


async def test_a_cancel_that_only_the_book_heard_of_reaches_the_run_when_it_is_repeated(world: World) -> None:
    bundle = await world.publish(
        [{"id": "later", "benefit": "behind-later", "release": {"after": "P30D"}}], [LATER]
    )
    document = world.order(bundle)
    receipt = await world.place(document)
    request = asked(receipt.order_id, "", Act.CANCEL)
    async with world.database.transaction() as session:
        await acts.act_on_order(session, request, datetime.now(UTC))
    await world.checkout.act_on_order(f"shop/{receipt.order_no}", request)
    view = await world.finish(document)
    assert (view.state, view.refund) == ("cancelled", bundle.price)
    await world.checkout.act_on_order(f"shop/{receipt.order_no}", request)


@pytest.mark.parametrize("act", [Act.WAIVE, Act.CANCEL])
async def test_an_act_that_only_the_book_heard_of_reaches_the_run_with_the_next_sweep(
    world: World, act: Act
) -> None:
    """The run's task was lost after the book was written, and nobody asked again."""
    bundle = await world.publish([{"id": "key", "benefit": "behind-key"}], [SCARCE], hold_for="P3D")
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: order.state == "held")
    earlier = datetime.now(UTC) - HEARD_BY_THEN - timedelta(seconds=30)
    request = asked(view.order_id, "" if act is Act.CANCEL else view.deliveries[0].id, act)
    apply = acts.act_on_order if act is Act.CANCEL else acts.act
    async with world.database.transaction() as session:
        await apply(session, request, earlier)
    sweeper = Sweeper(world.client, world.database, lambda: datetime.now(UTC), [])
    await sweeper.one_round(Swept(orders=[]))
    done = await world.finish(document)
    assert (done.state, done.refund) == ("failed", bundle.price if act is Act.CANCEL else None)


async def test_runs_are_told_of_an_act_once(world: World) -> None:
    view = await world.fulfil(
        world.order(await world.publish([{"id": "key", "benefit": "behind-later"}], [LATER]))
    )
    at = datetime(2020, 1, 1, tzinfo=UTC)
    async with world.database.transaction() as session:
        order = await session.get_one(Order, view.order_id)
        order.closed_at = None
        request = asked(view.order_id, view.deliveries[0].id, Act.HOLD)
        await requests.first_time(session, request, at)
        minute, run = timedelta(minutes=1), (f"order/shop/{view.order_no}", view.deliveries[0].id)
        windows = [(at - minute, at), (at, at + minute)]
        assert [await recent_acts.acted_on(session, *window) for window in windows] == [[run], []]
        await session.rollback()


async def test_an_act_from_before_a_case_is_no_news_to_that_case(world: World) -> None:
    bundle = await world.publish([{"id": "key", "benefit": "behind-key"}], [SCARCE], hold_for="PT0S")
    done = await world.fulfil(world.order(bundle))
    delivery, at = done.deliveries[0], datetime(2020, 1, 1, tzinfo=UTC)
    async with world.database.transaction() as session:
        await requests.first_time(session, asked(done.order_id, delivery.id, Act.REFUND), at)
    [refund] = [event.data["refund"] for event in done.events if event.type == "refund.decided"]
    assert refund == f"rfd_{canonical_digest(['shop', done.order_no, 'key', 1, 1])[:32]}"
    await world.checkout.report_refund(str(refund), confirmed=False, note="account closed", actor="channel")
    later = at + timedelta(minutes=1)
    async with world.database.transaction() as session:
        assert await recent_acts.acted_on(session, at - timedelta(minutes=1), later) == []
