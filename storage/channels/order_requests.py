"""What a channel's Idempotency-Key named: one order document, for some days."""

from datetime import timedelta

from sqlalchemy import case, delete, func, or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import OrderRequest

KEPT = timedelta(days=7)
"""How long a key names what it named first. Payment providers repeat their notices for days."""


async def named(session: AsyncSession, channel: str, name: str, digest: str) -> str:
    """The digest of the document that this key names: this one, unless it named another before."""
    written = insert(OrderRequest).values(channel=channel, name=name, digest=digest, named_at=func.now())
    new = written.excluded
    is_free = or_(OrderRequest.digest == new.digest, OrderRequest.named_at < func.now() - KEPT)
    kept = written.on_conflict_do_update(
        index_elements=[OrderRequest.channel, OrderRequest.name],
        set_={
            "digest": case((is_free, new.digest), else_=OrderRequest.digest),
            "named_at": case((is_free, new.named_at), else_=OrderRequest.named_at),
        },
    )
    return str(await session.scalar(kept.returning(OrderRequest.digest)))


async def forget_requests(session: AsyncSession) -> None:
    """Remove the keys that name nothing any more."""
    await session.execute(delete(OrderRequest).where(OrderRequest.named_at < func.now() - KEPT))
