"""What a test key is told at the door, before and when it orders."""

from storage.supply.pool_stock import ImportedKey
from tests.support.documents import benefit, offer
from tests.support.gateway import serving_gateway
from tests.support.servers.api import body_of, calling, key_for, problem, shop
from tests.support.world import World


async def test_a_test_key_sells_wherever_there_is_a_sandbox_and_is_told_where_there_is_none(
    world: World,
) -> None:
    channel = f"door-{world.token}"
    key = await key_for(world.database, channel, livemode=False)
    parts = [
        benefit("door-fine", "key", offer("kayixin", "1001")),
        benefit("door-none", "key", offer("fulu", "10000587"), offer("fulu", "10000601")),
    ]
    fine = await world.publish([{"id": "fine", "benefit": "door-fine"}], parts)
    none = await world.publish(
        [{"id": "fine", "benefit": "door-fine"}, {"id": "none", "benefit": "door-none"}], parts
    )
    document = world.order(none, channel=channel)
    detail = (
        "component none cannot be ordered by a test channel: fulu has no sandbox; a connection with "
        "`sandbox_of` is one"
    )
    async with serving_gateway(world) as address, calling(address, key) as http:
        placed = await http.post("/v1/orders", json=body_of(world.order(fine, channel=channel)))
        checked = (await http.post("/v1/order-checks", json=body_of(document))).json()
        refused = await http.post("/v1/orders", json=body_of(document))
        rather = await http.post("/v1/orders", json=body_of(document, bundle=fine.id))
        sellable = (await http.get(f"/v1/bundles/{fine.id}/availability")).json()
        limited = (await http.get(f"/v1/bundles/{none.id}/availability")).json()
    async with shop(world) as http:
        live = (await http.get(f"/v1/bundles/{none.id}/availability")).json()
    assert (placed.status_code, placed.json()["livemode"]) == (201, False)
    assert checked["refusal"] == {"code": "no_sandbox", "detail": detail, "component": "none", "errors": []}
    assert problem(refused) == (422, "no_sandbox")
    assert (refused.json()["detail"], refused.json()["component"]) == (detail, "none")
    assert rather.status_code == 201
    assert (sellable["sellable"], sellable["limited_by"], sellable["livemode"]) == (True, None, False)
    assert (limited["sellable"], limited["limited_by"], limited["component"]) == (False, "no_sandbox", "none")
    assert (live["sellable"], live["limited_by"]) == (True, None)


async def test_availability_counts_the_stock_of_its_side(world: World) -> None:
    product, channel = f"door-{world.token}", f"door-stock-{world.token}"
    key = await key_for(world.database, channel, livemode=False)
    keys = [ImportedKey(cost=1, number=f"{product}-{n}") for n in range(3)]
    await world.stock_pool(product, *keys[:2])
    await world.stock_pool(product, keys[2], connection="pool-test")
    bundle = await world.publish(
        [{"id": "key", "benefit": "door-own"}], [benefit("door-own", "key", offer("pool", product))]
    )
    address = f"/v1/bundles/{bundle.id}/availability"
    async with serving_gateway(world) as gateway, calling(gateway, key) as http:
        test = (await http.get(address)).json()
    async with shop(world) as http:
        live = (await http.get(address)).json()
    assert (test["left"], live["left"]) == (1, 2)
