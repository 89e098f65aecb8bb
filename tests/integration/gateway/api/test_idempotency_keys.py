"""An Idempotency-Key that is sent with an order: a second name beside the order's number."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update

from activities.runs.adopt import Sweeper
from domain.messages import Swept
from storage.channels.order_requests import KEPT
from storage.tables import Order, OrderRequest
from tests.support.documents import benefit, offer
from tests.support.gateway import serving_gateway
from tests.support.servers.api import body_of, calling, key_for, problem, shop
from tests.support.world import World

KEY = benefit("named-key", "key", offer("fulu", "10000587"))
VIDEO = [{"id": "video", "benefit": "named-key"}]


async def age(world: World, name: str, by: timedelta) -> None:
    """Let a key have been used so long ago."""
    async with world.database.transaction() as session:
        row = update(OrderRequest).where(OrderRequest.name == name)
        await session.execute(row.values(named_at=OrderRequest.named_at - by))


async def orders_of(world: World, *numbers: str) -> int:
    """How many orders there are under these numbers."""
    async with world.database.snapshot() as session:
        count = select(func.count()).select_from(Order).where(Order.order_no.in_(numbers))
        return int(await session.scalar(count) or 0)


async def test_one_payment_never_becomes_two_orders(world: World) -> None:
    bundle = await world.publish(VIDEO, [KEY])
    document, other = world.order(bundle), world.order(bundle)
    named = {"Idempotency-Key": f"pay-{world.token}"}
    async with shop(world) as http:
        new = await http.post("/v1/orders", json=body_of(document), headers=named)
        again = await http.post("/v1/orders", json=body_of(document), headers=named)
        renumbered = await http.post("/v1/orders", json=body_of(other), headers=named)
        changed = await http.post("/v1/orders", json=body_of(document, buyer={"ref": "x"}), headers=named)
        malformed = await http.post("/v1/orders", json=body_of(other), headers={"Idempotency-Key": "a b"})
        unnamed = await http.post("/v1/orders", json=body_of(document))
    assert (new.status_code, again.status_code, unnamed.status_code) == (201, 200, 200)
    assert new.json() == again.json() == unnamed.json()
    assert problem(renumbered) == problem(changed) == (409, "idempotency_key_conflict")
    assert problem(malformed) == (422, "invalid_request")
    assert await orders_of(world, document.order_no, other.order_no) == 1


async def test_of_two_numbers_at_once_under_a_key_one_is_an_order(world: World) -> None:
    bundle = await world.publish(VIDEO, [KEY])
    documents = [world.order(bundle) for _ in range(10)]
    named = {"Idempotency-Key": f"crowd-{world.token}"}
    async with shop(world) as http:
        posts = (http.post("/v1/orders", json=body_of(each), headers=named) for each in documents)
        answers = await asyncio.gather(*posts)
    refused = [each for each in answers if each.status_code == 409]
    assert [problem(each) for each in refused] == [(409, "idempotency_key_conflict")] * 9
    assert await orders_of(world, *(each.order_no for each in documents)) <= 1


async def test_each_channel_has_keys_of_its_own(world: World) -> None:
    bundle = await world.publish(VIDEO, [KEY])
    name = f"other-{world.token}"
    other = await key_for(world.database, name)
    named = {"Idempotency-Key": f"shared-{world.token}"}
    async with serving_gateway(world) as address:
        for key in (await key_for(world.database), other):
            async with calling(address, key) as http:
                answer = await http.post("/v1/orders", json=body_of(world.order(bundle)), headers=named)
                assert answer.status_code == 201


async def test_a_key_is_free_again_after_its_time_and_is_swept(world: World) -> None:
    bundle = await world.publish(VIDEO, [KEY])
    name = f"old-{world.token}"
    named = {"Idempotency-Key": name}
    async with shop(world) as http:
        first = await http.post("/v1/orders", json=body_of(world.order(bundle)), headers=named)
        await age(world, name, KEPT - timedelta(minutes=5))
        early = await http.post("/v1/orders", json=body_of(world.order(bundle)), headers=named)
        await age(world, name, timedelta(minutes=6))
        late = await http.post("/v1/orders", json=body_of(world.order(bundle)), headers=named)
        taken = await http.post("/v1/orders", json=body_of(world.order(bundle)), headers=named)
    assert (first.status_code, late.status_code) == (201, 201)
    assert problem(early) == problem(taken) == (409, "idempotency_key_conflict")
    await age(world, name, KEPT + timedelta(minutes=1))
    sweeper = Sweeper(world.client, world.database, lambda: datetime.now(UTC), [])
    await sweeper.one_round(Swept(orders=[]))
    async with world.database.snapshot() as session:
        left = select(func.count()).select_from(OrderRequest).where(OrderRequest.name == name)
        assert await session.scalar(left) == 0
