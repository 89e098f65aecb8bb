"""Working with a running Perkflow from outside: publishing, placing orders, waiting, reading the book."""

import asyncio
import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from temporalio.client import Client, WorkflowHandle

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.contract.order import OrderDocument
from domain.keys import order_workflow_id
from domain.messages import OrderReceipt, OrderResult
from domain.notes.words import Language
from starter.desk.desk import Desk
from storage.base.database import Database
from storage.base.sealing import Vault
from storage.contracts.bundles import publish_bundle, publish_catalogue
from storage.supply.pool_stock import ImportedKey, PoolStock
from storage.views.orders import OrderView, read_order
from tests.support.documents import money


@dataclass
class Outside:
    """A checkout system and its operators, with the book open before them."""

    client: Client
    database: Database
    vault: Vault
    benefits: dict[str, dict[str, Any]] = field(default_factory=dict, kw_only=True)
    lang: Language = field(default=Language.EN, kw_only=True)
    """What the runs of the orders it places write into Temporal is in this language."""
    token: str = field(default_factory=lambda: uuid.uuid4().hex[:8], kw_only=True)
    """Makes order numbers, and so supplier keys, different in worlds that share simulators."""
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1), kw_only=True)

    @property
    def checkout(self) -> Desk:
        """A checkout system's client."""
        return Desk(self.client, self.database, self.vault, self.lang)

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
                "id": f"bundle-{next(self.numbers)}",
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
        number = next(self.numbers)
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

    async def stock_pool(self, product: str, *keys: ImportedKey, connection: str = "pool") -> None:
        """Take keys into a pool's stock."""
        await PoolStock(self.database, self.vault).import_keys(connection, product, keys, datetime.now(UTC))
