"""The gateway on a port of its own, and callbacks as suppliers would write and sign them."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import uvicorn
from prometheus_client import CollectorRegistry
from sqlalchemy import select
from starlette.types import ASGIApp

from adapters.fulu.signing import sign_fields
from adapters.kayixin.signing import headers
from adapters.registry import build_all, supply_of
from starter.desk.desk import Desk
from starter.gateway.app import build_gateway
from starter.gateway.connections import Room
from starter.gateway.serve import configured, listen
from starter.gateway.service import Service
from storage.supply.pool_stock import PoolStock
from storage.tables import Callback
from storage.views.orders import OrderView
from tests.support.world import World


@asynccontextmanager
async def serving_gateway(
    world: World,
    client: Any = None,
    database: Any = None,
    registry: CollectorRegistry | None = None,
    **more: Any,
) -> AsyncIterator[str]:
    """Its address. `client` and `database` stand in for the world's; `more` is of its service."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stock = PoolStock(world.database, world.vault)
        suppliers = build_all(world.connections, stock)
        book = database or world.database
        desk = Desk(client or world.client, book, world.vault)
        supply = supply_of(world.connections, suppliers)
        app = build_gateway(Service(desk, book, supply=supply, **more), suppliers, registry)
        server = uvicorn.Server(configured(app, Room(1000)))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving
            for supplier in suppliers.values():
                await supplier.aclose()


@asynccontextmanager
async def serving_app(app: ASGIApp, room: Room) -> AsyncIterator[int]:
    """The port at which an application is served as the gateway is, by connections that share this room."""
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(configured(app, room))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    yield listener.getsockname()[1]
    server.should_exit = server.force_exit = True
    await task


def kayixin_notice(key: str, order: str, status: int) -> bytes:
    """The body of a Kayixin callback."""
    told = {"orderNumber": order, "outerNumber": key, "status": status, "money": 10.0, "retMoney": 0}
    return json.dumps({**told, "cards": ""}, separators=(",", ":")).encode()


def fulu_notice(world: World, key: str, order: str, status: str, **more: str) -> bytes:
    """The body of a Fulu callback, signed by the world's account."""
    told = {"order_id": order, "customer_order_no": key, "order_status": status, **more}
    return json.dumps({**told, "sign": sign_fields(told, world.simulators["fulu"].secret)}).encode()


async def report(world: World, url: str, body: bytes, secret: str | None = None) -> httpx.Response:
    """Send a callback, signed in its headers as Kayixin signs (Fulu looks at none)."""
    account = world.simulators["kayixin"]
    signed = headers(account.app_id, secret or account.secret, body, datetime.now(UTC))
    async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
        return await http.post(url, content=body, headers=signed)


async def callbacks_of(world: World, view: OrderView) -> list[Callback]:
    """The stored callbacks that name an order's only attempt, the earliest first."""
    [attempt] = view.deliveries[0].attempts
    async with world.database.transaction() as session:
        found = select(Callback).where(Callback.key == attempt.key).order_by(Callback.first_at)
        return list(await session.scalars(found))


def body_of(world: World, row: Callback) -> bytes:
    """A stored callback as it came."""
    return world.vault.ring.open(row.sealed, f"callback/{row.id}")


async def arrived(world: World, view: OrderView, count: int) -> list[Callback]:
    """Those callbacks, once so many arrivals were counted."""
    for _ in range(100):
        rows = await callbacks_of(world, view)
        if sum(row.times for row in rows) >= count:
            return rows
        await asyncio.sleep(0.1)
    raise AssertionError([(row.stated, row.verdict, row.times) for row in rows])


def told_of_reports(view: OrderView) -> list[object]:
    """The claims that the order's journal tells of, in order."""
    return [event.data["stated"] for event in view.events if event.type == "callback.received"]
