"""Temporal, PostgreSQL or both are stopped: routes say "later", nothing is half done, and all goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from temporalio.client import Client

from domain.contract.order import OrderDocument
from domain.planning.modes import ALL_LIVE
from domain.verbs.human_act import By
from simulator.serving.server import Simulators
from starter.desk.selling.check import check
from starter.stack.ports import free_port
from storage.tables import Order
from tests.faults.servers import Servers, servers
from tests.faults.test_killed_gateway import SOUND, gateway_process
from tests.support.documents import benefit, offer
from tests.support.servers.api import body_of, calling, key_for
from tests.support.servers.operations import OPERATIONS, Operation, bodies_for
from tests.support.servers.worlds import world_on
from tests.support.world import World, working

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

REFUSED = benefit("away-refused", "key", offer("fulu", "10000603"))
"""Its supplier refuses it, which is paid back at once, so that there is a refund."""
KEY = benefit("away-key", "key", offer("kayixin", "1001"))
OPEN: list[dict[str, Any]] = [
    {"id": "video", "benefit": "away-key", "release": {"after": "P30D"}},
    {"id": "gone", "benefit": "away-refused"},
]
SOLD = [{"id": "video", "benefit": "away-key"}]
NEEDS_TEMPORAL = {
    "place_order",
    "note_event",
    "ask_to_cancel",
    "pause_order",
    "resume_order",
    "retry_delivery",
    "release_delivery",
    "substitute_delivery",
    "deliver_by_hand_delivery",
    "hold_delivery",
    "refund_delivery",
    "waive_delivery",
    "fail_refund",
}
"""What is told to a run; whatever else is asked is answered from the book."""
UNDOES = {"confirm_refund", "remove_endpoint", "end_link", "free_order_hold"}
"""What takes from others that are asked at the same moment what they need."""
BY = By("shop", "a test", "link-1")


@dataclass
class Place:
    """A gateway process, what its routes name, and the servers behind it."""

    servers: Servers
    world: World
    http: httpx.AsyncClient
    names: dict[str, str]
    bodies: dict[str, dict[str, Any]]
    sold: OrderDocument
    """An order that is to be placed."""

    async def ask(self, operation: Operation) -> httpx.Response:
        """Ask as the operation is described; the same request however often."""
        path = operation.path.format(**self.names)
        body = self.bodies[operation.body] if operation.body else None
        named = {"Idempotency-Key": f"{operation.name}-1"}
        return await self.http.request(operation.method, path, json=body, headers=named)

    async def ask_all(self) -> dict[str, httpx.Response]:
        """The answer of each operation; all that do not undo each other are asked at once."""
        asked = [each for each in OPERATIONS if each.name not in UNDOES]
        answers = await asyncio.gather(*map(self.ask, asked))
        return {operation.name: answer for operation, answer in zip(asked, answers, strict=True)}

    async def place(self) -> httpx.Response:
        """Place the order, again until it is decided."""
        while True:
            answer = await self.http.post("/v1/orders", json=body_of(self.sold))
            if answer.status_code not in (202, 503):
                return answer
            await asyncio.sleep(int(answer.headers["retry-after"]))

    async def orders(self) -> int:
        """How many orders the book has."""
        async with self.world.database.snapshot() as session:
            return await session.scalar(select(func.count()).select_from(Order)) or 0


@pytest.fixture
async def place(temporal_binary: Path, simulators: Simulators) -> AsyncIterator[Place]:
    async with servers(temporal_binary) as running:
        client = await Client.connect(running.address)
        async with (
            world_on(client, running.url, simulators, "away") as world,
            working(world.workers()),
            opened(running, world) as ready,
        ):
            yield ready


@asynccontextmanager
async def opened(running: Servers, world: World) -> AsyncIterator[Place]:
    """A gateway process for an order that is open, and has a refund to pay."""
    bundle = await world.publish(OPEN, [KEY, REFUSED], hold_for="PT0S")
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda now: any(each.refunds for each in now.deliveries))
    later = next(each for each in view.deliveries if each.component == "video")
    gone = next(each for each in view.deliveries if each.component == "gone")
    hooks = world.checkout.webhooks
    endpoint = (await hooks.add("shop", "https://shop.example/")).endpoint.id
    names = {
        "endpoint_id": endpoint,
        "sent_id": await hooks.send_test("shop", endpoint),
        "day": "2026-12-01",
        "order_no": document.order_no,
        "delivery_id": later.id,
        "refund_id": gone.refunds[0].id,
        "component": "video",
        "link_id": (await world.checkout.handing.make_link(view.order_id, None, BY, timedelta(days=1))).id,
        "name": "cancel-1",
        "bundle": document.bundle,
        "version": "1",
    }
    sold = world.order(await world.publish(SOLD, [KEY]))
    kept = await check(world.checkout.runs, world.order(bundle), ALL_LIVE, timedelta(minutes=10))
    assert kept.hold is not None
    names["hold_id"] = kept.hold.id
    key, port = await key_for(world.database), free_port(0)
    variables = {**world.variables, "TEMPORAL_ADDRESS": running.address}
    async with (
        gateway_process(SOUND, variables, port),
        calling(f"http://127.0.0.1:{port}", key) as http,
    ):
        yield Place(running, world, http, names, bodies_for(sold, bundle, KEY), sold)


def says_later(answer: httpx.Response) -> bool:
    """Whether it is the problem that asks to come again."""
    if answer.status_code != 503:
        return False
    problem = answer.json()
    return (
        answer.headers["content-type"] == "application/problem+json"
        and int(answer.headers["retry-after"]) > 0
        and (problem["status"], problem["retryable"]) == (503, True)
    )


@pytest.mark.parametrize("away", [("postgres",), ("postgres", "temporal")], ids="+".join)
async def test_without_its_database_every_route_says_later(place: Place, away: tuple[str, ...]) -> None:
    await place.servers.stop(*away)
    answers = await place.ask_all()
    await place.servers.start(*away)
    assert [name for name, answer in answers.items() if not says_later(answer)] == []
    assert await place.orders() == 1
    await goes_on(place)


async def test_without_temporal_what_needs_it_says_later(place: Place) -> None:
    reads = [each for each in OPERATIONS if each.method == "GET"]
    before = {each.name: (await place.ask(each)).status_code for each in reads}
    await place.servers.stop("temporal")
    answers = await place.ask_all()
    await place.servers.start("temporal")
    assert {name for name, answer in answers.items() if says_later(answer)} == NEEDS_TEMPORAL
    assert {name: answers[name].status_code for name in before} == before
    assert await place.orders() == 1
    await goes_on(place)


async def goes_on(place: Place) -> None:
    """Nothing was left half done: the same gateway and worker sell again, and finish what was asked."""
    assert (await place.place()).status_code in (200, 201)
    view = await place.world.finish(place.sold)
    assert (view.state, len(place.world.sales(view)), await place.orders()) == ("completed", 1, 2)
    again = [(each.name, await place.ask(each)) for each in OPERATIONS]
    assert [(name, answer.status_code) for name, answer in again if answer.is_server_error] == []
