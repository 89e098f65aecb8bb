"""Keys of our own stock that are reserved when an order is accepted, so that it need not wait for any.

A reserved key is for one delivery, and leaves with its purchase. The database frees it where the delivery is
closed, or goes on with an offer behind this one, or its order is cancelled (`free_reserved_keys`, a trigger
of the first migration): whoever writes that down need not think of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.supply.free_keys import AVAILABLE, RESERVED, available, earliest, stock_lock
from storage.supply.restock import kept_for, waiting
from storage.tables import Attempt, PoolKey

Product = tuple[str, str]
"""Connection and product."""


class Contended(Exception):
    """Others are taking the last keys: whether they leave any, only who is alone with the stock can know."""


@dataclass(frozen=True)
class Wanted:
    """Keys for a delivery that is due at once."""

    delivery_id: str
    component: str
    units: int
    products: Sequence[Product]
    """Where it may be had from our own stock before anybody else is asked, in that order."""
    elsewhere: bool
    """Another supplier may sell it, should our own stock be short."""


@dataclass(frozen=True)
class Short:
    """Our own stock has too few for a delivery that nobody else sells."""

    component: str
    units: int
    left: int


async def reserve(session: AsyncSession, wanted: Sequence[Wanted], *, alone: bool) -> Short | None:
    """Reserve keys for each of these deliveries, which are written down in the same transaction.

    Where one falls short that nobody else sells, nothing is reserved. Nobody who waits for a product is
    overtaken. Raises Contended unless `alone`: then do all of the transaction again, alone.
    """
    lines = {product: 0 for each in wanted for product in each.products}
    for product in sorted(lines):
        line = await waiting(session, *product)
        await stock_lock(session, *product, shared=not (alone or line))
        if line:
            lines[product] = kept_for(await waiting(session, *product), await available(session, *product))
    for each in wanted:
        left = 0
        for product in each.products:
            had = await _reserve(session, each, product, kept=lines[product], alone=alone)
            left = max(left, had)
            if had >= each.units:
                break
        else:
            if not each.elsewhere:
                await _undo(session, [one.delivery_id for one in wanted])
                return Short(each.component, each.units, left)
    return None


async def _reserve(session: AsyncSession, each: Wanted, product: Product, *, kept: int, alone: bool) -> int:
    """Reserve as many as are wanted, or none; returns how many there are for it."""
    if kept and (left := await available(session, *product) - kept) < each.units:
        return left
    picked = earliest(*product, each.units).with_only_columns(PoolKey.id).cte("picked")
    taken = (
        update(PoolKey)
        .where(PoolKey.id.in_(select(picked.c.id)))
        .values(state=RESERVED, reserved_for=each.delivery_id)
        .returning(PoolKey.id)
        .execution_options(synchronize_session=False)
    )
    had = len((await session.execute(taken)).all())
    if had == each.units:
        return had
    await _undo(session, [each.delivery_id])
    left = await available(session, *product)
    if left >= each.units and not alone:
        raise Contended
    return left


async def _undo(session: AsyncSession, deliveries: Sequence[str]) -> None:
    mine = update(PoolKey).where(PoolKey.state == RESERVED, PoolKey.reserved_for.in_(deliveries))
    free = mine.values(state=AVAILABLE, reserved_for=None)
    await session.execute(free.execution_options(synchronize_session=False))


async def take_reserved(
    session: AsyncSession, connection: str, product: str, purchase_key: str, now: datetime
) -> list[PoolKey]:
    """The keys that are reserved for the delivery that this purchase is made for, locked.

    Those of them that have expired meanwhile are freed.
    """
    rows = await session.scalars(
        select(PoolKey)
        .join(Attempt, Attempt.delivery_id == PoolKey.reserved_for)
        .where(
            Attempt.key == purchase_key,
            PoolKey.connection == connection,
            PoolKey.product == product,
            PoolKey.state == RESERVED,
        )
        .order_by(PoolKey.id)
        .with_for_update(of=PoolKey)
    )
    keys = list(rows)
    expired = [key for key in keys if key.expires_at is not None and key.expires_at <= now]
    give_back(expired)
    return [key for key in keys if key not in expired]


def give_back(keys: Iterable[PoolKey]) -> None:
    """Free what is reserved for a delivery that cannot be made of it: it waits in line for all it needs."""
    for key in keys:
        key.state, key.reserved_for = AVAILABLE, None
