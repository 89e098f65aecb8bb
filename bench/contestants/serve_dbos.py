"""DBOS with the same five steps: a process that takes how many orders on its input and tells what they took.

    python -m bench.contestants.serve_dbos DATABASE_URL CONNECTIONS

The first and the last step write a row in the same PostgreSQL; the three between buy through the same adapter
as Perkflow's worker. Orders are started inside this process, so there is no client and no queue between.
"""

import asyncio
import itertools
import json
import os
import sys
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

from dbos import DBOS, DBOSConfig, SetWorkflowID
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from adapters.connections import load_connections
from adapters.kayixin.adapter import Kayixin
from adapters.kayixin.config import KayixinConfig
from adapters.supplier import Answer
from bench.contestants.shop import KEYS
from bench.measuring.load import drive
from domain.money import Money
from domain.supply.outcomes import Delivered, SubmitOutcome
from domain.supply.purchase import Purchase

TABLE = "CREATE TABLE IF NOT EXISTS bench_orders (number text PRIMARY KEY, state text NOT NULL)"
OPENED = text("INSERT INTO bench_orders VALUES (:number, 'accepted') ON CONFLICT DO NOTHING")
SETTLED = text("UPDATE bench_orders SET state = 'completed' WHERE number = :number")


class Shop:
    """The steps, on connections that the process shares."""

    engine: AsyncEngine
    buy: Callable[[Purchase], Awaitable[Answer[SubmitOutcome]]]


@DBOS.step()
async def accept(number: str) -> None:
    """Write the order down."""
    async with Shop.engine.begin() as connection:
        await connection.execute(OPENED, {"number": number})


@DBOS.step()
async def deliver(number: str, product: str) -> str:
    """Buy one key; its number."""
    key = uuid.uuid5(uuid.NAMESPACE_OID, f"{number}/{product}").hex
    purchase = Purchase(key, product, "key", 1, Money(amount=5000, currency="CNY"))
    outcome = (await Shop.buy(purchase)).outcome
    assert isinstance(outcome, Delivered), outcome
    return str(outcome.units[0].number)


@DBOS.step()
async def settle(number: str) -> None:
    """Close the order."""
    async with Shop.engine.begin() as connection:
        await connection.execute(SETTLED, {"number": number})


@DBOS.workflow()
async def order(number: str) -> None:
    """One order."""
    await accept(number)
    async with asyncio.TaskGroup() as group:
        for product in KEYS:
            group.create_task(deliver(number, product))
    await settle(number)


async def serve(url: str, connections: Path) -> None:
    """Take orders until the input ends."""
    Shop.engine = create_async_engine(url, pool_size=20)
    configured = load_connections(connections, os.environ)["kayixin"]
    assert isinstance(configured, KayixinConfig)
    Shop.buy = Kayixin(configured).submit
    async with Shop.engine.begin() as connection:
        await connection.execute(text(TABLE))
    numbers = itertools.count(1)

    async def one() -> None:
        number = f"{os.getpid()}-{next(numbers)}"
        with SetWorkflowID(number):
            await order(number)

    print("ready", flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        orders, in_flight = map(int, line.split())
        driven = await drive(one, orders, in_flight)
        print(json.dumps({"seconds": driven.seconds, "latencies": driven.latencies}), flush=True)


if __name__ == "__main__":
    given = sys.argv[1]
    system = make_url(given).render_as_string(hide_password=False)
    config: DBOSConfig = {"name": "bench", "system_database_url": system, "log_level": "ERROR"}
    DBOS(config=config)
    DBOS.launch()
    asyncio.run(serve(given, Path(sys.argv[2])))
