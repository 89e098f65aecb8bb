"""Nobody delivers by hand what nothing may deliver yet: a key in a buyer's hands cannot be taken back."""

from typing import Any

import pytest

from domain.supply.outcomes import IssuedUnit
from domain.verbs.verb import Act
from starter.desk.errors import ActRefused
from storage.views.orders import OrderView
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.world import World

KEY = benefit("early-key", "key", offer("kayixin", "1001"))
REVERSIBLE = {"reversibility": "reversible"}


async def placed(world: World, *lines: dict[str, Any], **more: Any) -> OrderView:
    bundle = await world.publish([{"benefit": "early-key", **line} for line in lines], [KEY], **more)
    document = world.order(bundle)
    await world.place(document)
    return await world.read(document)


async def by_hand(world: World, view: OrderView) -> None:
    units = [IssuedUnit(number=f"HAND-{view.order_no}")]
    ids = await world.checkout.hand_in(view.order_id, view.deliveries[0].id, units)
    await ask(world, view, Act.DELIVER_BY_HAND, credentials=ids)


@pytest.mark.parametrize("next_action", [None, Act.RELEASE], ids=["held", "let go on"])
async def test_what_is_not_due_yet_is_not_delivered_by_hand(world: World, next_action: Act | None) -> None:
    view = await placed(world, {"id": "later", "release": {"after": "P3D"}})
    for each in (Act.HOLD, next_action):
        if each is not None:
            await ask(world, view, each)
    with pytest.raises(ActRefused, match="it is not due before"):
        await by_hand(world, view)
    await ask(world, view, Act.REFUND)


@pytest.mark.parametrize("next_action", [None, Act.RELEASE], ids=["held", "let go on"])
async def test_what_waits_for_something_else_is_not_delivered_by_hand(
    world: World, next_action: Act | None
) -> None:
    waits = {"when": "activated(now)", "by": "P60D", "otherwise": "refund"}
    view = await placed(world, {"id": "gated", "release": waits}, {"id": "now"})
    for each in (Act.HOLD, next_action):
        if each is not None:
            await ask(world, view, each)
    with pytest.raises(ActRefused, match="what it waits for has not happened yet"):
        await by_hand(world, view)
    await ask(world, view, Act.REFUND)


@pytest.mark.parametrize("next_action", [None, Act.RELEASE], ids=["held", "let go on"])
async def test_what_cannot_be_taken_back_is_not_delivered_by_hand_before_it_may_start(
    world: World, next_action: Act | None
) -> None:
    view = await placed(
        world,
        {"id": "fixed"},
        {"id": "later", "release": {"after": "P3D"}, **REVERSIBLE},
        policy="all_or_nothing",
    )
    for each in (Act.HOLD, next_action):
        if each is not None:
            await ask(world, view, each)
    with pytest.raises(ActRefused, match="it cannot be taken back, and the order may still have"):
        await by_hand(world, view)
    await ask(world, view, Act.REFUND)


async def test_once_nothing_else_can_undo_the_order_it_is_delivered_by_hand(world: World) -> None:
    bundle = await world.publish(
        [
            {"id": "fixed", "benefit": "early-key"},
            {"id": "soon", "benefit": "early-key", "release": {"after": "PT2S"}, **REVERSIBLE},
        ],
        [KEY],
        policy="all_or_nothing",
        hold_for="P1D",
    )
    document = world.order(bundle)
    await world.place(document)
    view = await world.read(document)
    await ask(world, view, Act.HOLD)
    await world.until(document, lambda order: order.deliveries[1].state == "delivered")
    await by_hand(world, view)
    done = await world.finish(document)
    assert ([d.state for d in done.deliveries], done.refund) == (["delivered", "delivered"], None)
    assert [a.connection for a in done.deliveries[0].attempts] == ["by-hand"]
