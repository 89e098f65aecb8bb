"""A whole Perkflow for tests: real database, real Temporal, real HTTP, and workers where a test runs them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from adapters.config import ConnectionConfig
from simulator.serving.server import Simulators
from simulator.shop.ledger import Sale
from storage.views.orders import OrderView
from tests.support.outside import Outside
from tests.support.times import Times, clock
from worker import Workers, build_workers


@dataclass
class World(Outside):
    """Handles to everything a test may want to look at."""

    simulators: Simulators
    connections: Mapping[str, ConnectionConfig]
    variables: Mapping[str, str]
    """The environment in which processes are of this world."""
    times: Times

    def sales(self, view: OrderView) -> list[Sale]:
        """What suppliers really sold for an order, by every key it ever used, in their order."""
        keys = [attempt.key for delivery in view.deliveries for attempt in delivery.attempts]
        ledgers = [supplier.ledger for supplier in self.simulators.values()]
        return [sale for key in keys for ledger in ledgers for sale in ledger.sales_of(key)]

    def workers(self, **more: Any) -> Workers:
        """Workers for everything, not yet running."""
        return build_workers(
            self.client, self.database, self.vault, self.connections, **{"clock": clock, **more}
        )


@asynccontextmanager
async def working(workers: Workers) -> AsyncIterator[None]:
    """Workers that poll while the block runs."""
    stop = asyncio.Event()
    running = asyncio.create_task(workers.run(stop))
    try:
        yield
    finally:
        stop.set()
        with suppress(asyncio.CancelledError):
            await running
