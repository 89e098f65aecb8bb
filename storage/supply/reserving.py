"""Keys of our own stock that are reserved when an order is accepted, so that it need not wait for any.

A reserved key is for one delivery, and leaves with its purchase. The database frees it where the delivery is
closed, or goes on with an offer behind this one, or its order is cancelled (`free_reserved_keys`, a trigger
of the first migration): whoever writes that down need not think of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.supply.free_keys import AVAILABLE, RESERVED, available, earliest, lasts, stock_lock
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


@dataclass(frozen=True)
class Taking:
    """For whom keys are taken: deliveries of an order, or a hold until it ends."""

    hold: str | None = None
    until: datetime | None = None
    first: str | None = None
    """The hold whose keys are taken before any that are free."""

    def values(self, each: Wanted) -> dict[str, Any]:
        """What makes keys this one's."""
        if self.hold is not None:
            return {"held_for": self.hold, "held_until": self.until}
        return {"state": RESERVED, "reserved_for": each.delivery_id, **_NOT_HELD}


FOR_DELIVERIES = Taking()
_NOT_HELD: Mapping[str, Any] = {"held_for": None, "held_until": None}


async def reserve(
    session: AsyncSession, wanted: Sequence[Wanted], *, alone: bool, taking: Taking = FOR_DELIVERIES
) -> Short | None:
    """Reserve keys for each of these deliveries, which are written down in the same transaction.

    Where one falls short that nobody else sells, nothing is reserved. Nobody who waits for a product is
    overtaken, but by whoever has a hold. Raises Contended unless `alone`: then do all of the transaction
    again, alone.
    """
    lines = {product: 0 for each in wanted for product in each.products}
    for product in sorted(lines):
        line = await waiting(session, *product)
        await stock_lock(session, *product, shared=not (alone or line))
        if line:
            lines[product] = kept_for(await waiting(session, *product), await available(session, *product))
    taken: list[str] = []
    for each in wanted:
        left = 0
        for product in each.products:
            keys, left_here = await _reserve(
                session, each, product, kept=lines[product], alone=alone, taking=taking
            )
            taken += keys
            left = max(left, left_here)
            if keys:
                break
        else:
            if not each.elsewhere:
                await _free(session, taken)
                return Short(each.component, each.units, left)
    return None


async def _reserve(
    session: AsyncSession, each: Wanted, product: Product, *, kept: int, alone: bool, taking: Taking
) -> tuple[Sequence[str], int]:
    """Reserve as many as are wanted, or none; returns them, and how many there are for it."""
    values = taking.values(each)
    mine = await _take(session, _held_by(taking.first, *product, each.units), values) if taking.first else []
    missing = each.units - len(mine)
    if missing and kept and (left := await available(session, *product) - kept) < missing:
        await _free(session, mine)
        return [], left + len(mine)
    if missing:
        mine += await _take(session, earliest(*product, missing), values)
    if len(mine) == each.units:
        return mine, len(mine)
    await _free(session, mine)
    left = await available(session, *product)
    if left >= each.units and not alone:
        raise Contended
    return [], left


async def _take(session: AsyncSession, which: Select[PoolKey], values: Mapping[str, Any]) -> list[str]:
    picked = which.with_only_columns(PoolKey.id).cte("picked")
    taken = update(PoolKey).where(PoolKey.id.in_(select(picked.c.id))).values(**values).returning(PoolKey.id)
    rows = await session.execute(taken.execution_options(synchronize_session=False))
    return [identity for (identity,) in rows]


def _held_by(hold: str, connection: str, product: str, quantity: int) -> Select[PoolKey]:
    """The keys of a hold, the first to expire first; locks them."""
    of_it = (PoolKey.connection == connection, PoolKey.product == product, PoolKey.held_for == hold)
    in_order = (
        select(PoolKey).where(*of_it, lasts()).order_by(PoolKey.expires_at.asc().nulls_last(), PoolKey.id)
    )
    return in_order.limit(quantity).with_for_update()


async def _free(session: AsyncSession, keys: Sequence[str]) -> None:
    if keys:
        free = update(PoolKey).where(PoolKey.id.in_(keys))
        free = free.values(state=AVAILABLE, reserved_for=None, **_NOT_HELD)
        await session.execute(free.execution_options(synchronize_session=False))


async def free_held(session: AsyncSession, hold: str) -> None:
    """Free what a hold still keeps."""
    products = select(PoolKey.connection, PoolKey.product).where(PoolKey.held_for == hold).distinct()
    for product in (await session.execute(products.order_by(PoolKey.connection, PoolKey.product))).all():
        await stock_lock(session, *product, shared=True)
    free = update(PoolKey).where(PoolKey.held_for == hold).values(**_NOT_HELD)
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
