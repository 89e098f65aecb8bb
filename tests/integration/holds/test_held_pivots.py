"""Irreversible parts that somebody holds before they may start still wait, and still have a deadline."""

from domain.verbs.verb import Act
from storage.views.orders import OrderView
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.world import World

REVERSIBLE = {"reversibility": "reversible"}
PLAIN = benefit("held-plain", "key", offer("kayixin", "1001"))
REFUSED = benefit("held-refused", "key", offer("kayixin", "2002"))


async def two_pivots(world: World, *held: int) -> OrderView:
    """An order that needs two of three, whose reversible part will be lost; with these parts held before."""
    bundle = await world.publish(
        [
            {"id": "first", "benefit": "held-plain"},
            {"id": "second", "benefit": "held-plain"},
            {"id": "refused", "benefit": "held-refused", "release": {"after": "PT2S"}, **REVERSIBLE},
        ],
        [PLAIN, REFUSED],
        policy={"at_least": 2},
        hold_for="PT0S",
    )
    document = world.order(bundle)
    await world.place(document)
    view = await world.read(document)
    for index in held:
        await ask(world, view, Act.HOLD, index=index)
    return view


async def closed(world: World, view: OrderView) -> OrderView:
    number = f"{view.channel}/{view.order_no}"
    await world.client.get_workflow_handle(f"order/{number}").result()
    return await world.read_number(number)


async def test_a_held_irreversible_part_does_not_keep_an_order_open_that_is_lost(world: World) -> None:
    done = await closed(world, await two_pivots(world, 0))
    assert [d.state for d in done.deliveries] == ["cancelled", "cancelled", "failed"]
    assert (done.state, done.refund, world.sales(done)) == ("failed", done.price, [])


async def test_an_irreversible_part_that_was_held_and_let_go_on_waits_again(world: World) -> None:
    view = await two_pivots(world, 0)
    await ask(world, view, Act.RELEASE)
    done = await closed(world, view)
    assert [d.state for d in done.deliveries] == ["cancelled", "cancelled", "failed"]
    assert (done.state, done.refund, world.sales(done)) == ("failed", done.price, [])
