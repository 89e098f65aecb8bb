"""What a channel asks before anybody pays, over HTTP; and contracts and stock."""

from sqlalchemy import func, select

from storage.base.database import Database
from storage.supply.pool_stock import ImportedKey
from storage.tables import Event, Order
from tests.support.documents import benefit, offer
from tests.support.gateway import serving_gateway
from tests.support.servers.api import body_of, calling, key_for, problem, shop
from tests.support.world import World


async def rows(world: World) -> tuple[int, int]:
    """How many orders and events the book has."""
    async with world.database.transaction() as session:
        orders = await session.scalar(select(func.count()).select_from(Order))
        events = await session.scalar(select(func.count()).select_from(Event))
    return int(orders or 0), int(events or 0)


async def test_a_check_answers_as_placing_would_and_writes_nothing(world: World) -> None:
    product = f"checked-{world.token}"
    await world.stock_pool(product, ImportedKey(cost=1, number=f"{product}-1"))
    bundle = await world.publish(
        [{"id": "key", "benefit": "checked-key"}],
        [benefit("checked-key", "key", offer("pool", product))],
        limits={"per_buyer": 1},
    )
    first, second, third = (world.order(bundle) for _ in range(3))
    third = third.model_copy(update={"buyer": first.buyer})
    async with shop(world) as http:
        before = await rows(world)
        fine = (await http.post("/v1/order-checks", json=body_of(first))).json()
        wrong = (await http.post("/v1/order-checks", json=body_of(first, version=9))).json()
        one_left = (await http.get(f"/v1/bundles/{bundle.id}/availability")).json()
        assert await rows(world) == before
        placed = await http.post("/v1/orders", json=body_of(first))
        short = (await http.post("/v1/order-checks", json=body_of(second))).json()
        limited = (await http.post("/v1/order-checks", json=body_of(third))).json()
        same = (await http.post("/v1/order-checks", json=body_of(first))).json()
        other = (await http.post("/v1/order-checks", json=body_of(first, buyer={"ref": "x"}))).json()
        none_left = (await http.get(f"/v1/bundles/{bundle.id}/availability")).json()
        nothing = await http.get("/v1/bundles/nothing/availability")
    assert placed.status_code == 201
    assert (fine["acceptable"], fine["refusal"]) == (True, None)
    assert wrong["refusal"]["code"] == "invalid_order"
    assert [each["field"] for each in wrong["refusal"]["errors"]] == ["version"]
    assert (short["refusal"]["code"], short["refusal"]["component"]) == ("out_of_stock", "key")
    assert limited["refusal"]["code"] == "limit_exceeded"
    assert same["acceptable"] is True
    assert other["refusal"]["code"] == "order_number_conflict"
    assert (one_left["sellable"], one_left["left"], one_left["limited_by"]) == (True, 1, None)
    assert (none_left["sellable"], none_left["left"], none_left["limited_by"], none_left["component"]) == (
        False,
        0,
        "out_of_stock",
        "key",
    )
    assert problem(nothing) == (404, "not_found")


async def test_a_bundle_is_tried_published_and_never_changed(world: World) -> None:
    bundle = await world.publish(
        [{"id": "video", "benefit": "http-key"}], [benefit("http-key", "key", offer("fulu", "10000587"))]
    )
    mine = {**bundle.model_dump(mode="json"), "id": f"mine-{world.token}"}
    address = f"/v1/bundles/{mine['id']}/versions/1"
    async with shop(world) as http:
        checked = (await http.post("/v1/bundle-checks", json={"bundle": mine})).json()
        unknown = {**mine, "components": [{"id": "a", "benefit": "unknown"}]}
        wrong = (await http.post("/v1/bundle-checks", json={"bundle": unknown})).json()
        simulated = await http.post("/v1/bundle-simulations", json={"bundle": mine})
        missing = await http.get(address)
        refused = await http.put(address, json=unknown)
        new, again = [await http.put(address, json=mine) for _ in range(2)]
        changed = await http.put(address, json={**mine, "title": "another"})
        misnamed = await http.put(f"/v1/bundles/{mine['id']}/versions/2", json=mine)
        read = (await http.get(address)).json()
        listed = (await http.get("/v1/bundles")).json()["data"]
        stock = await http.get("/v1/stock")
    assert (checked["valid"], checked["errors"]) == (True, [])
    assert wrong["valid"] is False
    assert [each["field"] for each in wrong["errors"]] == ["bundle.components[0].benefit"]
    assert len(simulated.json()["timeline"]["moments"]) == 1
    assert problem(missing) == (404, "not_found")
    assert problem(refused) == (422, "invalid_contract")
    assert [(each.status_code, each.json()["new"]) for each in (new, again)] == [(201, True), (200, False)]
    assert problem(changed) == (409, "already_published")
    assert problem(misnamed) == (422, "invalid_request")
    assert (read["id"], read["version"]) == (mine["id"], 1)
    assert mine["id"] in [each["bundle"] for each in listed]
    assert stock.status_code == 200


async def test_while_the_database_is_away_a_request_is_to_be_repeated(world: World) -> None:
    key = await key_for(world.database)
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    async with serving_gateway(world, database=nowhere) as address, calling(address, key) as http:
        answer = await http.get("/v1/orders")
    await nowhere.close()
    assert problem(answer) == (503, "unavailable")
    assert (answer.headers["retry-after"], answer.json()["retryable"]) == ("5", True)
