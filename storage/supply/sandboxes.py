"""Which connections are sandboxes: written down when a worker starts, and so for good.

The database compares every purchase with it (`same_side`, a trigger of the first migration): a test order is
never bought at a live connection, nor a live one at a sandbox, whatever the code above believes.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Attempt, Delivery, Order, SandboxConnection


class SideChanged(Exception):
    """A connection would change sides; the text says which, and what to do."""


async def declare(session: AsyncSession, sandbox_of: Mapping[str, str | None], now: datetime) -> None:
    """Write down which of the configured connections are sandboxes. Raises SideChanged.

    `sandbox_of`: of each connection, whose sandbox it is; None for a live one.
    """
    known = await sandbox_connections(session)
    for name, of in sorted(sandbox_of.items()):
        if of is None and name in known:
            raise SideChanged(
                f"connection {name} was a sandbox, and what test channels ordered there stays with it: "
                "write its `sandbox_of` again, and give the live connection another name"
            )
        if of is None or name in known:
            continue
        if await _sold_live(session, name):
            raise SideChanged(
                f"connection {name} sold to live channels, so it cannot be a sandbox: give the sandbox "
                f"of {of} another name"
            )
        row = insert(SandboxConnection).values(connection=name, since=now)
        await session.execute(row.on_conflict_do_nothing())


async def sandbox_connections(session: AsyncSession) -> set[str]:
    """Those that are sandboxes."""
    return set(await session.scalars(select(SandboxConnection.connection)))


async def _sold_live(session: AsyncSession, connection: str) -> bool:
    bought = (
        select(Attempt.id)
        .join(Delivery, Delivery.id == Attempt.delivery_id)
        .join(Order, Order.id == Delivery.order_id)
        .where(Attempt.connection == connection, Order.livemode)
    )
    return await session.scalar(bought.limit(1)) is not None
