"""A gateway dies between an order's bytes and its receipt's: sent again to another one, it is one order."""

import signal

import httpx
import pytest
from sqlalchemy import func, select

from domain.contract.order import OrderDocument
from starter.stack.ports import free_port
from storage.tables import Order
from tests.faults.dying_gateway import POINTS
from tests.faults.test_killed_gateway import DYING, SOUND, gateway_process
from tests.support.documents import benefit, offer
from tests.support.servers.api import body_of, calling, key_for
from tests.support.servers.worlds import OwnWorld
from tests.support.world import World, working

pytestmark = pytest.mark.slow

AGAIN = {"read": 201, "looked_up": 201, "decided": 200, "receipt_read": 200, "written": 200}
"""What the same order is answered with: 201 where the book did not have it when its gateway died."""


@pytest.mark.timeout(300)
async def test_an_order_whose_gateway_died_at_any_point_is_one_order(own_world: OwnWorld) -> None:
    """Six gateways start one after the other, each in seconds that importing takes."""
    key, port = benefit("killed-key", "key", offer("fulu", "10000587")), free_port(0)
    async with own_world("killed-order") as world, working(world.workers()):
        bundle = await world.publish([{"id": "video", "benefit": "killed-key"}], [key])
        secret = await key_for(world.database)
        sound = gateway_process(SOUND, world.variables, port)
        async with sound, calling(f"http://127.0.0.1:{port}", secret) as http:
            for point in POINTS:
                document = world.order(bundle)
                await place_and_die(world, secret, document, point)
                answer = await http.post("/v1/orders", json=body_of(document))
                assert answer.status_code == AGAIN[point], (point, answer.text)
                view = await world.finish(document)
                assert answer.json()["order_id"] == view.order_id, point
                assert (view.state, len(world.sales(view))) == ("completed", 1), point
        async with world.database.snapshot() as session:
            assert await session.scalar(select(func.count()).select_from(Order)) == len(POINTS)


async def place_and_die(world: World, secret: str, document: OrderDocument, point: str) -> None:
    """Place an order with a gateway that dies at this point of it."""
    port = free_port(0)
    async with (
        gateway_process(DYING, {**world.variables, "DIE_AT": point}, port) as dying,
        calling(f"http://127.0.0.1:{port}", secret) as http,
    ):
        with pytest.raises(httpx.TransportError):
            await http.post("/v1/orders", json=body_of(document))
        assert await dying.wait() == -signal.SIGKILL
