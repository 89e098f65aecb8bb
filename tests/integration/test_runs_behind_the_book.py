"""A run that has not heard what a person did to its order acts on what the book says, not on what it knew."""

from datetime import UTC, datetime, timedelta

from temporalio.testing import ActivityEnvironment

from activities.orders import BookActivities
from domain.acts import Act, HumanAct
from domain.messages import DeliveryRef
from domain.states import DeliveryState as D
from domain.steps import Then
from storage import acts, order_acts
from storage.recalling import recall
from tests.support.world import World, benefit, offer

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
    ref = DeliveryRef(order_id=view.order_id, delivery_id=delivery, known=brief.step, reason="its deadline")
    book = BookActivities(world.database, world.vault, lambda: now + timedelta(days=4))
    given_up = await ActivityEnvironment().run(book.give_up, ref)
    resumed = await ActivityEnvironment().run(book.resume, ref)
    assert [(step.state, step.then) for step in (given_up, resumed)] == [(D.IN_PROGRESS, Then.SUBMIT)] * 2
    assert given_up.seen > brief.step.seen
    again = await ActivityEnvironment().run(book.give_up, ref.model_copy(update={"known": given_up}))
    assert (again.state, again.then) == (D.FAILED, Then.DONE)


async def test_a_cancel_that_only_the_book_heard_of_reaches_the_run_when_it_is_repeated(world: World) -> None:
    bundle = await world.publish(
        [{"id": "later", "benefit": "behind-later", "release": {"after": "P30D"}}], [LATER]
    )
    document = world.order(bundle)
    receipt = await world.place(document)
    request = asked(receipt.order_id, "", Act.CANCEL)
    async with world.database.transaction() as session:
        await order_acts.cancel(session, request, datetime.now(UTC))
    await world.checkout.cancel(f"shop/{receipt.order_no}", request)
    view = await world.finish(document)
    assert (view.state, view.refund) == ("cancelled", bundle.price)
    await world.checkout.cancel(f"shop/{receipt.order_no}", request)
