"""Holds before payment, as a checkout's developer meets them over HTTP."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

from domain.contract.bundle import Bundle
from storage.supply.pool_stock import ImportedKey
from tests.support.documents import benefit, offer
from tests.support.gateway import serving_gateway
from tests.support.servers.api import body_of, calling, key_for, problem, shop
from tests.support.world import World


async def selling(world: World, keys: int) -> Bundle:
    """A bundle of one key of our own, of which there are so many."""
    product = f"api-hold-{world.token}-{next(world.numbers)}"
    await world.stock_pool(product, *(ImportedKey(cost=1, number=f"{product}-{n}") for n in range(keys)))
    return await world.publish(
        [{"id": "gift", "benefit": product}], [benefit(product, "key", offer("pool", product))]
    )


async def test_what_is_held_is_redeemed_once_and_shown_to_its_channel(world: World) -> None:
    bundle = await selling(world, 1)
    document = world.order(bundle)
    other = await key_for(world.database, f"other-{world.token}")
    key = await key_for(world.database)
    async with (
        serving_gateway(world) as address,
        calling(address, key) as http,
        calling(address, other) as there,
    ):
        checked = (await http.post("/v1/order-checks", json=body_of(document, hold=600))).json()
        held = checked["hold"]
        read = (await http.get(held["address"])).json()
        hidden = [await there.get(held["address"]), await there.delete(held["address"])]
        left = (await http.get(f"/v1/bundles/{bundle.id}/availability")).json()
        refused = await http.post("/v1/orders", json=body_of(world.order(bundle)))
        body = body_of(document, hold_token=held["token"])
        placed, again = [await http.post("/v1/orders", json=body) for _ in range(2)]
        plain = await http.post("/v1/orders", json=body_of(document))
        late = (await http.get(held["address"])).json()
        freed = await http.delete(held["address"])
    await world.finish(document)
    assert checked["acceptable"] is True
    assert (read["state"], read["order_no"], read["quantity"]) == ("held", document.order_no, 1)
    assert held["token"] not in str(read)
    lasts = datetime.fromisoformat(held["expires_at"]) - datetime.fromisoformat(read["created_at"])
    assert lasts == timedelta(seconds=600)
    assert [problem(each) for each in hidden] == [(404, "not_found")] * 2
    assert (left["sellable"], left["left"]) == (False, 0)
    assert problem(refused) == (422, "out_of_stock")
    assert [each.status_code for each in (placed, again, plain)] == [201, 200, 200]
    assert placed.json() == again.json() == plain.json()
    assert late["state"] == "redeemed"
    assert problem(freed) == (409, "act_refused")


async def test_a_hold_that_is_freed_or_is_not_for_the_order(world: World) -> None:
    bundle = await selling(world, 2)
    first, second = world.order(bundle), world.order(bundle)
    async with shop(world) as http:
        held = (await http.post("/v1/order-checks", json=body_of(first, hold=60))).json()["hold"]
        token = {"hold_token": held["token"]}
        mismatch = await http.post("/v1/orders", json=body_of(second, **token))
        freed = [(await http.delete(held["address"])).status_code for _ in range(2)]
        state = (await http.get(held["address"])).json()["state"]
        unknown = await http.post("/v1/orders", json=body_of(second, hold_token="hold_" + "x" * 43))
        malformed = await http.post("/v1/orders", json=body_of(second, hold_token="nonsense"))
        placed = await http.post("/v1/orders", json=body_of(first, **token))
        redeemed = (await http.post("/v1/order-checks", json=body_of(second, hold=60))).json()["hold"]
        after = await http.post("/v1/orders", json=body_of(second, hold_token=redeemed["token"]))
        used = await http.post(
            "/v1/orders", json=body_of(first, order_no="another", **{"hold_token": redeemed["token"]})
        )
        long = await http.post("/v1/order-checks", json=body_of(world.order(bundle), hold=901))
    assert problem(mismatch) == (422, "hold_mismatch")
    assert (freed, state) == ([204, 204], "freed")
    assert problem(unknown) == (422, "hold_unknown")
    assert problem(malformed) == (422, "invalid_request")
    assert (placed.status_code, after.status_code) == (201, 201)
    assert problem(used) == (409, "hold_used")
    assert problem(long) == (422, "invalid_request")
    assert [each["field"] for each in long.json()["errors"]] == ["hold"]


async def test_a_crowd_over_http_gets_as_many_holds_as_there_are_keys(world: World) -> None:
    bundle = await selling(world, 5)
    async with shop(world) as http:
        bodies = [body_of(world.order(bundle), hold=300) for _ in range(25)]
        answers = await asyncio.gather(*(http.post("/v1/order-checks", json=body) for body in bodies))
    found = [each.json() for each in answers]
    assert Counter(each["refusal"]["code"] if each["refusal"] else "held" for each in found) == {
        "held": 5,
        "out_of_stock": 20,
    }
    assert {each["acceptable"] for each in found if each["hold"]} == {True}
    assert all(
        datetime.fromisoformat(each["hold"]["expires_at"]) > datetime.now(UTC)
        for each in found
        if each["hold"]
    )
