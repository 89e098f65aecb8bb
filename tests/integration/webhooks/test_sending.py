"""What a shop's receiver gets while an order lives, and what becomes of it when the receiver is broken."""

from typing import Any

from tests.integration.webhooks.receiving import receiving, subscribe, until
from tests.support.documents import benefit, offer
from tests.support.world import World

KEY = benefit("sync-key", "key", offer("kayixin", "1001"))


async def test_an_order_from_its_acceptance_to_its_end(hooked: World) -> None:
    async with receiving() as shop:
        await subscribe(hooked, shop)
        bundle = await hooked.publish([{"id": "video", "benefit": "sync-key"}], [KEY])
        view = await hooked.fulfil(hooked.order(bundle))
        await until(lambda: len(shop.taken) == 7)
    events = sorted(shop.taken, key=lambda event: event["sequence"])
    assert [event["type"] for event in events] == [
        "order.accepted",
        "delivery.updated",
        "order.updated",
        "delivery.delivered",
        "order.shippable",
        "order.updated",
        "order.closed",
    ]
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    assert {(event["channel"], event["livemode"]) for event in events} == {("shop", True)}
    [planned] = events[0]["data"]["deliveries"]
    assert (planned["id"], planned["state"]) == (view.deliveries[0].id, "planned")
    assert events[-1]["data"]["order"]["state"] == "completed"
    delivered: dict[str, Any] = events[3]["data"]["delivery"]
    assert (delivered["state"], delivered["units_delivered"]) == ("delivered", 1)
