"""How many keys of our own stock there are, by product and by what has become of them."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.supply.free_keys import AVAILABLE, ISSUED, RESERVED, VOID, lasts, not_held
from storage.tables import PoolKey


class ProductCount(NamedTuple):
    """The keys of one product. `held`: for orders to be paid. `void`: issued, and revoked since."""

    connection: str
    product: str
    free: int
    held: int
    reserved: int
    issued: int
    expired: int
    void: int


async def count_keys(session: AsyncSession) -> Sequence[ProductCount]:
    """Every product of which there ever was a key."""
    available = PoolKey.state == AVAILABLE
    kinds = (
        and_(available, lasts(), not_held()),
        and_(available, lasts(), ~not_held()),
        PoolKey.state == RESERVED,
        PoolKey.state == ISSUED,
        and_(available, ~lasts()),
        PoolKey.state == VOID,
    )
    product = (PoolKey.connection, PoolKey.product)
    counted = select(*product, *(func.count().filter(kind) for kind in kinds))
    rows = await session.execute(counted.group_by(*product).order_by(*product))
    return [ProductCount._make(row) for row in rows]
