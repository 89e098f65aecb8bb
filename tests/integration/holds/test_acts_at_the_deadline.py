"""A person's act and a hold's deadline at the same moment: the act was accepted, so it counts."""

from datetime import UTC, datetime

from temporalio.testing import ActivityEnvironment

from activities.orders import BookActivities
from domain.contract.order import Recipient
from domain.requests import GiveUpRequest
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from storage.base import journal
from storage.deliveries.by_hand import hand_in_account
from storage.people import acts
from storage.tables import Delivery
from tests.support.documents import benefit, offer
from tests.support.world import World

VIP = benefit("late-vip", "recharge", offer("fulu", "10000585"), account="phone")


async def test_an_account_given_while_its_deadline_runs_out_is_not_given_up(world: World) -> None:
    claimed = {"id": "vip", "benefit": "late-vip", "claim": {"within": "P1D", "otherwise": "refund"}}
    bundle = await world.publish([claimed], [VIP])
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: order.state == "held")
    await world.run_of(document).terminate("it has looked, and decides by what it saw")
    delivery_id = view.deliveries[0].id
    async with world.database.transaction() as session:
        known = journal.snapshot_of(await session.get_one(Delivery, delivery_id))
        recipient = Recipient.model_validate({"type": "phone", "value": "13900000001"})
        name = await hand_in_account(session, world.vault, view.order_id, "shared", recipient)
        bind = HumanAct(
            request_id="bind",
            order_id=view.order_id,
            delivery_id="",
            act=Act.BIND_RECIPIENT,
            actor="shop",
            reason="the buyer called",
            recipient=name,
            account="shared",
        )
        await acts.act_on_order(session, bind, datetime.now(UTC))
    book = BookActivities(world.database, world.vault, lambda: datetime.now(UTC))
    stale = GiveUpRequest(order_id=view.order_id, delivery_id=delivery_id, known=known, ran_out=True)
    stands = (await ActivityEnvironment().run(book.give_up, stale)).delivery
    assert (stands.state, stands.next_action) == ("in_progress", "submit")
    given_up = await ActivityEnvironment().run(book.give_up, stale.model_copy(update={"known": stands}))
    assert given_up.delivery.state == "cancelled"
