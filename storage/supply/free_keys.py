"""Keys of our own stock that are free: neither issued nor reserved, nor held, nor expired."""

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import PoolKey

AVAILABLE, RESERVED, ISSUED, VOID = "available", "reserved", "issued", "void"


async def stock_lock(session: AsyncSession, connection: str, product: str, *, shared: bool) -> None:
    """Keep a product's stock until the transaction ends: alone, or beside others who only pass over keys.

    Who has it alone sees every key; so whoever locks keys that are for sale has it beside others.
    """
    await lock(session, f"stock {connection}/{product}", shared=shared)


async def lock(session: AsyncSession, what: str, *, shared: bool = False) -> None:
    """Take a lock that has a name, until the transaction ends."""
    take = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
    await session.execute(select(take(func.hashtextextended(what, 0))))


async def available(session: AsyncSession, connection: str, product: str) -> int:
    """How many keys of a product are free."""
    count = await session.scalar(select(func.count()).where(*free(connection, product)))
    return int(count or 0)


def earliest(connection: str, product: str, quantity: int) -> Select[PoolKey]:
    """The first to expire of the free keys, without those that somebody else has locked; locks them."""
    return (
        select(PoolKey)
        .where(*free(connection, product))
        .order_by(PoolKey.expires_at.asc().nulls_last(), PoolKey.imported_at, PoolKey.id)
        .limit(quantity)
        .with_for_update(skip_locked=True)
    )


def free(connection: str, product: str) -> tuple[ColumnElement[bool], ...]:
    """Which keys are free."""
    return (
        PoolKey.connection == connection,
        PoolKey.product == product,
        PoolKey.state == AVAILABLE,
        lasts(),
        not_held(),
    )


def lasts() -> ColumnElement[bool]:
    """Which keys have not expired."""
    return or_(PoolKey.expires_at.is_(None), PoolKey.expires_at > func.now())


def not_held() -> ColumnElement[bool]:
    """Which keys no hold keeps, or keeps any longer."""
    return or_(PoolKey.held_until.is_(None), PoolKey.held_until <= func.now())
