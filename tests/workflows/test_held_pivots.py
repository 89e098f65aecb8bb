"""An irreversible part that is held while it waits for the others is given up at its hold's deadline."""

from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from tests.support.documents import benefit, offer
from tests.support.world import World

KEY = benefit("pivot-key", "key", offer("kayixin", "1001"))


async def test_a_hold_of_an_irreversible_part_ends_at_its_deadline_though_it_may_not_start(
    skipping_world: World,
) -> None:
    bundle = await skipping_world.publish(
        [
            {"id": "core", "benefit": "pivot-key", "role": "core", "release": {"after": "P5D"}},
            {"id": "fixed", "benefit": "pivot-key", "role": "surprise"},
        ],
        [KEY],
        policy="core_must",
        hold_for="PT1H",
    )
    document = skipping_world.order(bundle)
    await skipping_world.place(document)
    view = await skipping_world.read(document)
    request = HumanAct(
        request_id="hold-it",
        order_id=view.order_id,
        delivery_id=view.deliveries[1].id,
        act=Act.HOLD,
        actor="lin",
        reason="the buyer called",
    )
    await skipping_world.checkout.act(f"shop/{view.order_no}", request)
    done = await skipping_world.finish(document)
    ends = [event.type for event in done.events if event.type in ("delivery.cancelled", "delivery.delivered")]
    assert ends == ["delivery.delivered", "delivery.cancelled"]
    assert [d.state for d in done.deliveries] == ["delivered", "cancelled"]
    assert done.refund == done.deliveries[1].share
