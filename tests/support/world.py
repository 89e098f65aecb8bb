"""A whole Perkflow in one process for tests: real database, real Temporal, real HTTP, its own worker."""

import asyncio
import base64
import itertools
import os
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url, text
from temporalio.client import Client, WorkflowHandle

from adapters.config import ConnectionConfig
from adapters.connections import load_connections
from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.contract.order import OrderDocument
from domain.keys import order_workflow_id
from domain.messages import OrderReceipt, OrderResult
from simulator.serving.server import Simulators
from simulator.shop.ledger import Sale
from starter.desk.desk import Desk
from storage.base import migrate
from storage.base.database import Database
from storage.base.sealing import Fingerprints, KeyRing, Vault
from storage.contracts.bundles import publish_bundle, publish_catalogue
from storage.supply.pool_stock import ImportedKey, PoolStock
from storage.views.orders import OrderView, read_order
from tests.support.times import Times, clock
from worker import Workers, build_workers

CONNECTIONS = """
connections:
  kayixin:
    protocol: kayixin
    base_url: ${KAYIXIN_URL}
    app_id: ${KAYIXIN_APP_ID}
    secret: ${KAYIXIN_SECRET}
    absence_after: PT2S
    timeout: PT2S
  fulu:
    protocol: fulu
    gateway: ${FULU_URL}
    app_key: ${FULU_APP_KEY}
    secret: ${FULU_SECRET}
    absence_after: PT2S
    timeout: PT2S
  dead:
    protocol: kayixin
    base_url: http://127.0.0.1:9
    app_id: nobody
    secret: "00000000000000000000000000000000"
  pool:
    protocol: pool
"""


def fresh_keys() -> dict[str, str]:
    """Fresh keys as a deployment sets them."""
    return {
        "PERKFLOW_KEYRING": "k1:" + base64.b64encode(os.urandom(32)).decode(),
        "PERKFLOW_FINGERPRINT_KEY": base64.b64encode(os.urandom(32)).decode(),
    }


def vault_of(keys: Mapping[str, str]) -> Vault:
    """The vault that a process with these variables opens."""
    return Vault(
        KeyRing.parse(keys["PERKFLOW_KEYRING"]),
        Fingerprints(base64.b64decode(keys["PERKFLOW_FINGERPRINT_KEY"])),
    )


def simulator_variables(simulators: Simulators) -> dict[str, str]:
    """The environment that `CONNECTIONS` refers to."""
    return {
        "KAYIXIN_URL": simulators["kayixin"].url,
        "KAYIXIN_APP_ID": simulators["kayixin"].app_id,
        "KAYIXIN_SECRET": simulators["kayixin"].secret,
        "FULU_URL": simulators["fulu"].url,
        "FULU_APP_KEY": simulators["fulu"].app_id,
        "FULU_SECRET": simulators["fulu"].secret,
    }


def money(amount: int) -> dict[str, Any]:
    """Fen, as documents write it."""
    return {"amount": amount, "currency": "CNY"}


def offer(connection: str, product: str, cost: int = 5000, **more: Any) -> dict[str, Any]:
    """One offer of a benefit."""
    return {"connection": connection, "product": product, "cost": money(cost), **more}


def benefit(
    name: str, kind: str, *offers: dict[str, Any], account: str = "none", price: int = 1000
) -> dict[str, Any]:
    """One benefit of a catalogue document."""
    return {
        "id": name,
        "kind": kind,
        "title": name.replace("-", " "),
        "account": account,
        "stand_alone": money(price),
        "offers": list(offers),
    }


@dataclass
class World:
    """Handles to everything a test may want to look at."""

    client: Client
    database: Database
    vault: Vault
    simulators: Simulators
    connections: Mapping[str, ConnectionConfig]
    keys: Mapping[str, str]
    times: Times = field(default_factory=Times)
    benefits: dict[str, dict[str, Any]] = field(default_factory=dict)
    token: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    """Makes order numbers, and so supplier keys, different in worlds that share simulators."""
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def checkout(self) -> Desk:
        """A checkout system's client."""
        return Desk(self.client, self.database, self.vault)

    async def publish(
        self,
        components: list[dict[str, Any]],
        benefits: list[dict[str, Any]],
        *,
        policy: Any = "best_effort",
        price: int = 9900,
        **more: Any,
    ) -> Bundle:
        """Publish a bundle of its own id over these benefits (added to those of earlier tests).

        One at a time: the catalogue in force is the one published last, and must be the largest.
        """
        self.benefits |= {b["id"]: b for b in benefits}
        bundle = Bundle.model_validate(
            {
                "id": f"bundle-{next(self._numbers)}",
                "version": 1,
                "title": "a bundle",
                "price": money(price),
                "policy": policy,
                "components": components,
                **more,
            }
        )
        now = datetime.now(UTC)
        async with self.database.transaction() as session:
            await session.execute(text("SELECT pg_advisory_xact_lock(1)"))
            catalogue = Catalogue.model_validate({"benefits": list(self.benefits.values())})
            await publish_catalogue(session, catalogue, now)
            await publish_bundle(session, bundle, catalogue, now)
        return bundle

    def order(self, bundle: Bundle, **changes: Any) -> OrderDocument:
        """An order document for one bundle, by a buyer of its own."""
        number = next(self._numbers)
        return OrderDocument.model_validate(
            {
                "channel": "shop",
                "order_no": f"{self.token}-{number:04d}",
                "bundle": bundle.id,
                "version": bundle.version,
                "paid": bundle.price.times(changes.get("quantity", 1)).model_dump(),
                "buyer": {"ref": f"buyer-{number}"},
                **changes,
            }
        )

    async def place(self, document: OrderDocument) -> OrderReceipt:
        """Place an order as a checkout system does."""
        return await self.checkout.place(document)

    def run_of(self, document: OrderDocument) -> WorkflowHandle[Any, OrderResult]:
        """The order's run."""
        workflow_id = order_workflow_id(document.channel, document.order_no)
        return self.client.get_workflow_handle(workflow_id, result_type=OrderResult)

    async def finish(self, document: OrderDocument, seconds: float = 60) -> OrderView:
        """Wait until the order's run has ended, and read the order from the book."""
        await asyncio.wait_for(self.run_of(document).result(), seconds)
        return await self.read(document)

    async def fulfil(self, document: OrderDocument) -> OrderView:
        """Place an order and wait for its end."""
        await self.place(document)
        return await self.finish(document)

    async def until(self, document: OrderDocument, reached: Callable[[OrderView], bool]) -> OrderView:
        """The order as soon as the book shows what is waited for; fails after 30 seconds."""
        for _ in range(300):
            view = await self.read(document)
            if reached(view):
                return view
            await asyncio.sleep(0.1)
        raise AssertionError(f"never reached: {view.model_dump_json(indent=1)}")

    async def read(self, document: OrderDocument) -> OrderView:
        """The order as the book has it."""
        return await self.read_number(f"{document.channel}/{document.order_no}")

    async def read_number(self, number: str) -> OrderView:
        """Order `channel/order_no` as the book has it."""
        async with self.database.snapshot() as session:
            view = await read_order(session, number)
        assert view is not None
        return view

    def sales(self, view: OrderView) -> list[Sale]:
        """What suppliers really sold for an order, by every key it ever used, in their order."""
        keys = [attempt.key for delivery in view.deliveries for attempt in delivery.attempts]
        ledgers = [supplier.ledger for supplier in self.simulators.values()]
        return [sale for key in keys for ledger in ledgers for sale in ledger.sales_of(key)]

    async def stock_pool(self, product: str, *keys: ImportedKey) -> None:
        """Take keys into the pool's stock."""
        await PoolStock(self.database, self.vault).import_keys("pool", product, keys, datetime.now(UTC))

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


def prepare_database(url: str, name: str) -> str:
    """A fresh database with today's schema on the server behind `url`; returns its URL."""
    return _create_database(url, name, template=_migrated(url))


@cache
def _migrated(url: str) -> str:
    """The name of an empty database with today's schema, to make others from: copying is quicker."""
    migrate.upgrade(_create_database(url, "migrated", template="template1"))
    return "migrated"


def _create_database(url: str, name: str, *, template: str) -> str:
    server = make_url(url)
    with psycopg.connect(
        host=str(server.query["host"]), user=server.username, dbname=server.database, autocommit=True
    ) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return server.set(database=name).render_as_string(hide_password=False)


def connections_of(simulators: Simulators, folder: Path) -> dict[str, ConnectionConfig]:
    """`CONNECTIONS` pointed at these simulators."""
    path = folder / "connections.yaml"
    path.write_text(CONNECTIONS)
    return load_connections(path, simulator_variables(simulators))
