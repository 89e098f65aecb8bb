"""What can be sold now: free keys of our own stock, and connections that nothing is bought from."""

from collections.abc import Collection

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.planning.sellable import Product, SupplyNow
from domain.supply.health import CircuitState
from storage.supply.free_keys import AVAILABLE, lasts, not_held
from storage.tables import ConnectionHealth, PoolKey


async def supply_now(
    session: AsyncSession, own_stock: Collection[str], products: Collection[Product] | None = None
) -> SupplyNow:
    """All of it, or of our own stock these products alone."""
    counted = select(PoolKey.connection, PoolKey.product, func.count()).where(
        PoolKey.connection.in_(own_stock), PoolKey.state == AVAILABLE, lasts(), not_held()
    )
    if products is not None:
        counted = counted.where(PoolKey.product.in_({product for _, product in products}))
    rows = await session.execute(counted.group_by(PoolKey.connection, PoolKey.product))
    free = {(connection, product): many for connection, product, many in rows}
    is_away = or_(
        ConnectionHealth.paused_at.is_not(None), ConnectionHealth.circuit != CircuitState.CLOSED.value
    )
    away = await session.scalars(select(ConnectionHealth.connection).where(is_away))
    return SupplyNow(free, frozenset(away))
