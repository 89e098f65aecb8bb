"""Noticing that a product of our own stock has run out, or can be had again: each once, when it turns."""

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from storage.supply.free_keys import AVAILABLE, lasts, lock
from storage.tables import Notice, PoolKey

RAN_OUT, REPLENISHED = "stock.ran_out", "stock.replenished"


async def notice_stock(session: AsyncSession) -> list[str]:
    """Write down what has turned since the last look; of which kinds."""
    await lock(session, "stock notices")
    free = func.count().filter(PoolKey.state == AVAILABLE, lasts())
    counted = select(PoolKey.connection, PoolKey.product, free).group_by(PoolKey.connection, PoolKey.product)
    last = await _last(session)
    turned = []
    for connection, product, many in await session.execute(counted.order_by("connection", "product")):
        was_out = last.get((connection, product)) == RAN_OUT
        if was_out != (many == 0):
            kind = REPLENISHED if was_out else RAN_OUT
            session.add(Notice(type=kind, about=connection, product=product))
            turned.append(kind)
    return turned


async def _last(session: AsyncSession) -> dict[tuple[str, str | None], str]:
    """What was last noticed of each product."""
    found = (
        select(Notice.about, Notice.product, Notice.type)
        .where(Notice.type.in_((RAN_OUT, REPLENISHED)))
        .ext(distinct_on(Notice.about, Notice.product))
        .order_by(Notice.about, Notice.product, Notice.number.desc())
    )
    return {(about, product): kind for about, product, kind in await session.execute(found)}
