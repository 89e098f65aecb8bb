"""Which running workers have which keys, so that nobody seals what they cannot open."""

from collections.abc import Sequence
from datetime import timedelta

from pydantic import BaseModel
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base.sealing import KeyRing
from storage.tables import KeyHolder

ALIVE_FOR = timedelta(seconds=90)
"""A worker that did not say so for that long is taken to be gone."""


class Holder(BaseModel):
    """A running worker, and the ids of its keys, the one that seals first."""

    name: str
    keys: Sequence[str]


async def announce(session: AsyncSession, identity: str, name: str, ring: KeyRing) -> None:
    """Write down that a worker runs, and which keys it has."""
    values = {"name": name, "keys": list(ring.keys), "alive_at": func.now()}
    written = insert(KeyHolder).values(id=identity, **values)
    await session.execute(written.on_conflict_do_update(index_elements=["id"], set_=values))
    await session.execute(delete(KeyHolder).where(KeyHolder.alive_at < func.now() - ALIVE_FOR))


async def leave(session: AsyncSession, identity: str) -> None:
    """Write down that a worker has ended."""
    await session.execute(delete(KeyHolder).where(KeyHolder.id == identity))


async def holders(session: AsyncSession) -> list[Holder]:
    """The workers that run now, by name."""
    alive = select(KeyHolder).where(KeyHolder.alive_at >= func.now() - ALIVE_FOR)
    rows = await session.scalars(alive.order_by(KeyHolder.name, KeyHolder.id))
    return [Holder(name=row.name, keys=row.keys) for row in rows]


async def mismatch(session: AsyncSession, ring: KeyRing) -> str | None:
    """Why a process with this ring and the running workers cannot read each other; None when they can."""
    for worker in await holders(session):
        if ring.sealing_key not in worker.keys:
            return (
                f"this process seals with key {ring.sealing_key}, which the worker {worker.name} has not: "
                f"put {ring.sealing_key} behind the others in PERKFLOW_KEYRING of every worker and start "
                "those again, and only then in front anywhere"
            )
        if worker.keys[0] not in ring.keys:
            return (
                f"the worker {worker.name} seals with key {worker.keys[0]}, which this process has not: put "
                f"{worker.keys[0]} behind the others in PERKFLOW_KEYRING here"
            )
    return None
