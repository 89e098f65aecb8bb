"""A book with orders in it, and no server but PostgreSQL: what commands read, as accepting wrote it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.contract.order import OrderDocument
from domain.keys import document_digest
from domain.messages import PlaceOrder
from storage.base.database import Database
from storage.base.sealing import Vault
from storage.contracts.bundles import publish_bundle, publish_catalogue
from storage.orders import acceptance
from storage.tables import Delivery, Order
from tests.support.documents import benefit, money, offer

Result = TypeVar("Result")
PLACED = datetime(2099, 1, 31, 2, tzinfo=UTC)
"""Far away, so that what is planned stays planned."""
CATALOGUE = Catalogue.model_validate(
    {
        "benefits": [
            benefit("key", "key", offer("kayixin", "1001"), offer("fulu", "10000587", priority=20)),
            benefit("credit", "recharge", offer("fulu", "10000701"), account="phone"),
        ]
    }
)


def clock(at: datetime) -> str:
    """A moment as people read it, in the zone of these bundles."""
    return f"{at.astimezone(timezone(timedelta(hours=8))):%Y-%m-%d %H:%M:%S}+08:00"


def in_book(url: str, work: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
    """Do something in a transaction of this book."""

    async def run() -> Result:
        database = Database(url)
        try:
            async with database.transaction() as session:
                return await work(session)
        finally:
            await database.close()

    return asyncio.run(run())


def accepted(
    url: str, vault: Vault, *components: dict[str, Any], policy: str = "best_effort", **changes: Any
) -> str:
    """An order of these components, accepted; returns its id. Its number is shop/1 unless changed."""
    bundle = Bundle.model_validate(
        {
            "id": f"b-{changes.get('order_no', '1')}".lower()[:64],
            "version": 1,
            "title": "a bundle",
            "price": money(9900),
            "policy": policy,
            "components": list(components),
        }
    )
    document = OrderDocument.model_validate(
        {
            "channel": "shop",
            "order_no": "1",
            "bundle": bundle.id,
            "version": 1,
            "paid": money(9900),
            "buyer": {"ref": "somebody"},
            "placed_at": PLACED.isoformat(),
            **changes,
        }
    )

    async def accept(session: AsyncSession) -> str:
        await publish_catalogue(session, CATALOGUE, PLACED)
        await publish_bundle(session, bundle, CATALOGUE, PLACED)
        digest = document_digest(document, vault.fingerprints.key)
        request = PlaceOrder(document=document, digest=digest, received_at=PLACED)
        receipt = (await acceptance.accept(session, vault, request, PLACED)).result.receipt
        assert receipt is not None
        return receipt.order_id

    return in_book(url, accept)


async def rows_of(session: AsyncSession, order_id: str, component: str) -> tuple[Order, list[Delivery]]:
    """An order, and the deliveries of one of its components."""
    order = await session.get_one(Order, order_id)
    of_it = select(Delivery).where(Delivery.order_id == order_id, Delivery.component == component)
    return order, list(await session.scalars(of_it.order_by(Delivery.release)))
