"""Keys of our own in tests: putting some on a shelf, counting them, and orders that take from it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import Bundle
from domain.contract.order import OrderDocument
from domain.messages import Acceptance, PlaceOrder
from domain.planning.modes import Supply
from storage.orders import acceptance
from storage.supply.pool_stock import ImportedKey
from storage.tables import PoolKey
from tests.support.documents import benefit, offer
from tests.support.world import World

ELSEWHERE, SOLD_OUT = ("kayixin", "1001"), ("kayixin", "2004")


async def shelve(world: World, product: str, count: int, **more: Any) -> None:
    """Take so many keys of a product into stock."""
    numbers = (f"{product}-{world.token}-{n:03d}-{more.get('name', '')}" for n in range(count))
    expires_at = more.get("expires_at")
    await world.stock_pool(product, *(ImportedKey(cost=1, number=n, expires_at=expires_at) for n in numbers))


async def counted(session: AsyncSession, *products: str) -> Counter[str]:
    """How many keys of these products are in which state."""
    return Counter(await session.scalars(select(PoolKey.state).where(PoolKey.product.in_(products))))


async def selling(
    world: World, product: str, *elsewhere: tuple[str, str], line: dict[str, Any] | None = None, **more: Any
) -> Bundle:
    """A bundle of one part that our own stock sells first, and these offers after it."""
    name = f"shelf-{product}"
    offers = [offer(*each) for each in (("pool", product), *elsewhere)]
    account = "phone" if line and "claim" in line else "none"
    return await world.publish(
        [{"id": "gift", "benefit": name, **(line or {})}],
        [benefit(name, "key", *offers, account=account)],
        **{"hold_for": "P1D", **more},
    )


async def accept(world: World, session: AsyncSession, document: OrderDocument, **changes: Any) -> Acceptance:
    """Accept an order in this transaction, without a run."""
    now = datetime.now(UTC) - timedelta(seconds=1)
    request = PlaceOrder(document=document, digest="any", received_at=now, **changes)
    return await acceptance.accept(session, world.vault, request, datetime.now(UTC), Supply(["pool"]))
