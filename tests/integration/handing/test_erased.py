"""What an order is asked for whose buyer was erased is refused as things stand, and is no error of ours."""

from tests.support.documents import benefit, offer
from tests.support.servers.api import body_of, problem, shop
from tests.support.world import World


async def test_nothing_is_handed_over_of_an_order_whose_buyer_was_erased(world: World) -> None:
    key = benefit("erased-key", "key", offer("kayixin", "1001"))
    bundle = await world.publish([{"id": "video", "benefit": "erased-key"}], [key])
    document = world.order(bundle)
    async with shop(world) as http:
        assert (await http.post("/v1/orders", json=body_of(document))).status_code == 201
        [delivery] = (await world.finish(document)).deliveries
        order = f"/v1/orders/{document.order_no}"
        erasing = await http.post(f"{order}/erase", json={"reason": "asked", "confirmed": True})
        assert erasing.status_code == 200
        refused = [
            await http.get(f"/v1/deliveries/{delivery.id}/credential"),
            await http.post(f"/v1/deliveries/{delivery.id}/reveal-links", json={}),
            await http.post(f"{order}/page-links", json={}),
        ]
    assert [problem(each) for each in refused] == [(409, "act_refused")] * 3
