"""Reports that come while nobody is there to act on them."""

import pytest

from domain.planning.order_events import OrderEvent, OrderEventKind
from tests.support.documents import benefit, offer
from tests.support.servers.worlds import OwnWorld
from tests.support.world import working

GATED = {"when": "activated(video)", "by": "P60D", "otherwise": "refund"}


@pytest.mark.timeout(300)
async def test_what_is_reported_while_no_worker_runs_is_heard_afterwards(
    own_world: OwnWorld,
) -> None:
    async with own_world("reports") as world:
        bundle = await world.publish(
            [
                {"id": "video", "benefit": "video-key"},
                {"id": "gift", "benefit": "video-key", "release": GATED},
            ],
            [benefit("video-key", "key", offer("kayixin", "1001"))],
        )
        document = world.order(bundle)
        async with working(world.workers()):
            receipt = await world.place(document)
            await world.until(document, lambda order: order.deliveries[0].state == "delivered")
        fact = OrderEvent(event_id="e-1", event=OrderEventKind.ACTIVATED, component="video", release=1)
        news = [await world.checkout.report(receipt.order_id, fact, actor="the app") for _ in range(2)]
        before = await world.read(document)
        async with working(world.workers()):
            view = await world.finish(document)
        assert news == [True, False]
        assert [each.state for each in before.deliveries] == ["delivered", "planned"]
        assert [each.state for each in view.deliveries] == ["delivered", "delivered"]
        assert (view.state, view.refund, len(world.sales(view))) == ("completed", None, 2)
