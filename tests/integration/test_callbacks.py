"""Suppliers' callbacks over real HTTP: a hint that is verified, bound, stored once, and never the truth."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import uvicorn
from sqlalchemy import func, select

from adapters.kayixin.signing import headers as kayixin_headers
from adapters.registry import build
from simulator.faults.plan import FaultPlan, Timing
from starter.gateway.app import build_gateway
from storage.pool_stock import PoolStock
from storage.reading import OrderView
from storage.tables import Callback
from tests.support.world import World, benefit, offer

SLOW = benefit("reported-key", "key", offer("kayixin", "1002"))
FULU = benefit("fulu-key", "key", offer("fulu", "10000587"))


@pytest.fixture(scope="module")
async def gateway(world: World) -> AsyncIterator[str]:
    """The gateway on a port of its own; both suppliers report there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        stock = PoolStock(world.database, world.vault)
        suppliers = {name: build(name, config, stock) for name, config in world.connections.items()}
        app = build_gateway(world.client, world.database, world.vault, suppliers)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        world.simulators.fulu.report_to(f"{address}/callbacks/fulu")
        yield address
        world.simulators.fulu.report_to("")
        server.should_exit = True
        await serving
        for supplier in suppliers.values():
            await supplier.aclose()


@asynccontextmanager
async def faults(world: World, **rates: float) -> AsyncIterator[None]:
    """These faults at Fulu while the block runs."""
    world.simulators.fulu.use_faults(FaultPlan(7, rates, Timing(late_callback=0.5)))
    try:
        yield
    finally:
        world.simulators.fulu.use_faults(FaultPlan(0, {}))


async def fulfil(world: World, of: dict[str, Any]) -> OrderView:
    bundle = await world.publish([{"id": of["id"], "benefit": of["id"]}], [of])
    return await world.fulfil(world.order(bundle))


async def stored(world: World, view: OrderView) -> list[Callback]:
    """The callbacks about an order's only attempt."""
    [attempt] = view.deliveries[0].attempts
    async with world.database.transaction() as session:
        rows = await session.scalars(select(Callback).where(Callback.key == attempt.key))
        return list(rows)


async def reported(world: World, view: OrderView, count: int) -> list[Callback]:
    """The callbacks once so many arrivals were counted."""
    for _ in range(100):
        rows = await stored(world, view)
        if sum(row.times for row in rows) >= count:
            return rows
        await asyncio.sleep(0.1)
    raise AssertionError([(row.claim, row.verdict, row.times) for row in rows])


async def test_a_callback_is_stored_bound_and_acknowledged(world: World, gateway: str) -> None:
    view = await fulfil(world, FULU)
    [row] = await reported(world, view, 1)
    assert (row.verdict, row.claim, row.connection) == ("bound", "delivered", "fulu")
    told = [event.data for event in view.events if event.type == "supplier.reported"]
    assert [(data["connection"], data["claim"]) for data in told] == [("fulu", "delivered")]


async def test_a_callback_brings_the_question_forward(world: World, gateway: str) -> None:
    """It is asked before the instant at which it would have been asked by itself."""
    products = world.simulators.fulu.products
    products["10000587"].delay = 6.0
    try:
        view = await fulfil(world, FULU)
    finally:
        products["10000587"].delay = 0.5
    planned = [e.data["next_action_at"] for e in view.events if e.type == "delivery.pending"]
    [delivered] = [e for e in view.events if e.type == "delivery.delivered"]
    assert delivered.at < datetime.fromisoformat(str(planned[-1]))


async def test_a_repeated_callback_has_one_effect(world: World, gateway: str) -> None:
    async with faults(world, duplicate_callback=1.0):
        view = await fulfil(world, FULU)
        [row] = await reported(world, view, 2)
    assert (row.times, view.state, len(world.sales(view))) == (2, "completed", 1)
    assert len([event for event in view.events if event.type == "supplier.reported"]) == 1


async def test_a_lost_callback_costs_nothing_but_time(world: World, gateway: str) -> None:
    async with faults(world, lost_callback=1.0):
        view = await fulfil(world, FULU)
    assert (view.state, await stored(world, view)) == ("completed", [])


async def test_a_forged_callback_is_not_even_stored(world: World, gateway: str) -> None:
    async with faults(world, forged_callback=1.0):
        view = await fulfil(world, FULU)
        rows = await reported(world, view, 1)
    assert [(row.claim, row.times) for row in rows] == [("delivered", 1)]
    assert view.state == "completed"


async def test_dujiao_next_295_a_signed_callback_about_another_order_changes_nothing(
    world: World, gateway: str
) -> None:
    async with faults(world, misbound_callback=1.0):
        view = await fulfil(world, FULU)
        rows = await reported(world, view, 2)
    verdicts = sorted((row.verdict, row.claim) for row in rows)
    assert verdicts == [("bound", "delivered"), ("other_supplier_order", "failed")]
    assert (view.state, len(world.sales(view)), view.cases) == ("completed", 1, [])


async def send(world: World, url: str, body: str, secret: str | None = None) -> httpx.Response:
    """A Kayixin callback, signed as Kayixin signs."""
    account = world.simulators.kayixin
    signed = kayixin_headers(account.app_id, secret or account.secret, body.encode(), datetime.now(UTC))
    async with httpx.AsyncClient() as http:
        return await http.post(url, content=body.encode(), headers=signed)


def notice(key: str, order: str, status: int) -> str:
    """The body of a Kayixin callback."""
    told = {"orderNumber": order, "outerNumber": key, "status": status, "money": 10.0, "retMoney": 0}
    return json.dumps({**told, "cards": ""}, separators=(",", ":"))


async def test_dujiao_next_340_a_signed_success_delivers_nothing_that_a_query_does_not_confirm(
    world: World, gateway: str
) -> None:
    products = world.simulators.kayixin.products
    bundle = await world.publish([{"id": "late", "benefit": "reported-key"}], [SLOW])
    products["1002"].delay = 3.0
    try:
        document = world.order(bundle)
        await world.place(document)
        pending = await world.until(
            document,
            lambda view: (
                view.deliveries[0].state == "in_progress"
                and bool(view.deliveries[0].attempts[0].supplier_order)
            ),
        )
        [attempt] = pending.deliveries[0].attempts
        body = notice(attempt.key, attempt.supplier_order or "", 3)
        answer = await send(world, f"{gateway}/callbacks/kayixin", body)
        assert (answer.status_code, answer.text) == (200, "ok")
        still = await world.read(document)
        assert (still.deliveries[0].state, still.deliveries[0].units_delivered) == ("in_progress", 0)
        done = await world.finish(document)
    finally:
        products["1002"].delay = 0.5
    assert (done.state, len(world.sales(done))) == ("completed", 1)


async def test_a_callback_to_another_connection_is_kept_and_refused(world: World, gateway: str) -> None:
    view = await fulfil(world, FULU)
    [attempt] = view.deliveries[0].attempts
    answer = await send(world, f"{gateway}/callbacks/kayixin", notice(attempt.key, "1", 4))
    rows = await stored(world, view)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_bound")
    assert "other_connection" in [row.verdict for row in rows]
    assert (await world.read_number(f"shop/{view.order_no}")).state == "completed"


async def test_a_callback_about_nothing_of_ours_is_kept_and_refused(world: World, gateway: str) -> None:
    answer = await send(world, f"{gateway}/callbacks/kayixin", notice("nothing", "1", 3))
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")


@pytest.mark.parametrize(
    ("path", "body", "secret", "expected"),
    [
        ("kayixin", notice("a", "1", 3), "f" * 32, (401, "report_refused")),
        ("kayixin", "no json", None, (401, "report_refused")),
        ("nobody", notice("a", "1", 3), None, (404, "unknown_connection")),
        ("pool", notice("a", "1", 3), None, (401, "report_refused")),
        ("kayixin", "x" * (1024 * 1024 + 1), None, (413, "too_large")),
    ],
    ids=["wrong secret", "no json", "no such connection", "a pool", "too large"],
)
async def test_what_is_no_report_is_neither_stored_nor_acknowledged(
    world: World, gateway: str, path: str, body: str, secret: str | None, expected: tuple[int, str]
) -> None:
    async with world.database.transaction() as session:
        before = await session.scalar(select(func.count()).select_from(Callback))
    answer = await send(world, f"{gateway}/callbacks/{path}", body, secret)
    async with world.database.transaction() as session:
        after = await session.scalar(select(func.count()).select_from(Callback))
    assert (answer.status_code, answer.json()["code"], after) == (*expected, before)


async def test_a_callback_that_takes_a_delivery_back_opens_a_case(world: World, gateway: str) -> None:
    view = await fulfil(world, benefit("sync-reported", "key", offer("kayixin", "1001")))
    [sale] = world.sales(view)
    world.simulators.kayixin.ledger.pay_back(sale, sale.credentials, sale.money_minor)
    answer = await send(world, f"{gateway}/callbacks/kayixin", notice(sale.number, sale.order_number, 5))
    assert (answer.status_code, answer.text) == (200, "ok")
    number = f"shop/{view.order_no}"
    for _ in range(100):
        now = await world.read_number(number)
        if now.state == "held":
            break
        await asyncio.sleep(0.1)
    assert [(case.kind, case.number) for case in now.cases] == [("reversal", 1)]
    assert now.deliveries[0].hold_reason == "needs_attention"
