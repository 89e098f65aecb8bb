"""People who act without a pause do not keep an order's run from being continued as new."""

import asyncio

import pytest

from domain.messages import OrderReceipt
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from tests.integration.runs.run_histories import chain_of
from tests.support.documents import benefit, offer
from tests.support.servers.worlds import OwnWorld
from tests.support.world import World, working
from workflows.run import calls

PEOPLE, ACTS = 6, 30
CALLS, LONGEST = 12, 240
"""Of one run; and the events in its history."""
KEY = benefit("steady-key", "key", offer("kayixin", "1001"))


async def act_on(world: World, receipt: OrderReceipt, person: int) -> int:
    """Hold a delivery and let it go again and again, each as soon as it is answered; how often it was."""
    done = 0
    for number in range(ACTS):
        request = HumanAct(
            request_id=f"{person}-{number}",
            order_id=receipt.order_id,
            delivery_id=receipt.deliveries[person].delivery_id,
            act=Act.RELEASE if number % 2 else Act.HOLD,
            actor=f"person {person}",
            reason="a steady stream",
        )
        await world.checkout.act(f"shop/{receipt.order_no}", request)
        done += 1
    return done


async def test_acts_without_a_pause_do_not_keep_a_run_from_being_continued(
    own_world: OwnWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "MOST", CALLS)
    async with (
        own_world("steady") as world,
        working(world.workers()),
    ):
        later = {"after": "P300D", "every": "P1D", "times": PEOPLE}
        bundle = await world.publish([{"id": "k", "benefit": "steady-key", "release": later}], [KEY])
        document = world.order(bundle)
        receipt = await world.place(document)
        acts = await asyncio.gather(*(act_on(world, receipt, person) for person in range(PEOPLE)))
        lengths = [len(history.events) for history in await chain_of(world, document)]
        view = await world.read(document)
    print(lengths)
    told = [event.delivery_id for event in view.events if event.type.startswith("human.")]
    assert [told.count(delivery.id) for delivery in view.deliveries] == acts == [ACTS] * PEOPLE
    assert len(lengths) >= 3
    assert max(lengths) < LONGEST
