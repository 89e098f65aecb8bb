"""Lost answers: whatever a supplier does after the request was sent, it sells once and the buyer gets it."""

import asyncio

import pytest

from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.skipping import SkippingWorld
from tests.support.world import World


@pytest.mark.timeout(240)
async def test_every_lost_answer_ends_as_one_sale(world: World) -> None:
    products = {
        "slow": ("kayixin", "2001"),
        "commit then hang": ("kayixin", "2007"),
        "commit then 500": ("kayixin", "2008"),
        "commit after not found": ("kayixin", "2009"),
        "slow, asynchronous": ("fulu", "10000601"),
        "commit then hang, asynchronous": ("fulu", "10000607"),
        "commit then 500, asynchronous": ("fulu", "10000608"),
        "commit after not found, asynchronous": ("fulu", "10000609"),
    }

    async def outcome_of(connection: str, product: str) -> tuple[str, int, int]:
        name = f"lost-{product}"
        bundle = await world.publish(
            [{"id": "video", "benefit": name}], [benefit(name, "key", offer(connection, product))]
        )
        view = await world.fulfil(world.order(bundle))
        return view.state, len(view.deliveries[0].attempts), len(world.sales(view))

    outcomes = {name: outcome_of(*where) for name, where in products.items()}
    done = dict(zip(outcomes, await asyncio.gather(*outcomes.values()), strict=True))
    assert done == {name: ("completed", 1, 1) for name in products}


async def test_a_request_that_never_arrived_is_sent_again_under_the_same_number(world: World) -> None:
    products = world.simulators["kayixin"].products
    bundle = await world.publish(
        [{"id": "video", "benefit": "hanging-key"}],
        [benefit("hanging-key", "key", offer("kayixin", "2006"))],
    )
    document = world.order(bundle)
    await world.place(document)
    await world.until(document, lambda order: order.deliveries[0].state == "uncertain")
    products["2006"].mode = "ok"
    try:
        view = await world.finish(document)
    finally:
        products["2006"].mode = "hang"
    attempt = view.deliveries[0].attempts
    assert [(a.number, a.state, a.submissions) for a in attempt] == [(1, "delivered", 2)]
    assert [sale.number for sale in world.sales(view)] == [attempt[0].key]


async def test_an_attempt_without_an_answer_never_fails_over(skipping_world: SkippingWorld) -> None:
    bundle = await skipping_world.publish(
        [{"id": "video", "benefit": "silent-key"}],
        [benefit("silent-key", "key", offer("kayixin", "2005"), offer("fulu", "10000587", priority=20))],
        hold_for="P1D",
    )
    document = skipping_world.order(bundle)
    await skipping_world.place(document)
    view = await skipping_world.skip_until(
        document, lambda order: order.deliveries[0].hold_reason is not None
    )
    delivery = view.deliveries[0]
    assert (delivery.state, delivery.hold_reason) == ("held", "supplier_unavailable")
    assert english(delivery.note) == "sent 5 times, and the supplier still does not know the order"
    assert [(a.number, a.connection, a.submissions) for a in delivery.attempts] == [(1, "kayixin", 5)]
    assert skipping_world.sales(view) == []
