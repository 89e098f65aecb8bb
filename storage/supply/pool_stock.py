"""Our own stock of keys: each issued once, earliest expiry first, never twice.

Concurrent buyers skip each other's locked rows (`SKIP LOCKED`), so nobody waits and nobody gets the same
key. A revoked key is void: the buyer may have read it, so it is never issued again.
"""

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import rfc8785
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.supply.outcomes import IssuedUnit
from storage.base.database import Database
from storage.base.sealing import Vault
from storage.supply.restock import ahead, servable
from storage.tables import PoolKey, PoolSecret

AVAILABLE, ISSUED, VOID = "available", "issued", "void"


@dataclass(frozen=True)
class ImportedKey:
    """One key to take into stock. `cost` is in minor units."""

    cost: int
    number: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    link: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Imported:
    """How many keys came in, and how many were in stock already."""

    added: int
    known: int


class PoolStock:
    """Implements `adapters.own_stock.OwnStock` on the database."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def issue(
        self, connection: str, product: str, key: str, quantity: int
    ) -> Sequence[IssuedUnit] | None:
        """Issue `quantity` keys under `key`, the same for the same `key`; None when stock is short."""
        units = await self._issue(connection, product, key, quantity, alone=False)
        if units is None:
            # Keys that a concurrent buyer has locked look gone, and may come back; and how many are kept for
            # those who wait longer is only known when nobody else takes any: look again, alone.
            units = await self._issue(connection, product, key, quantity, alone=True)
        return units

    async def _issue(
        self, connection: str, product: str, key: str, quantity: int, *, alone: bool
    ) -> Sequence[IssuedUnit] | None:
        async with self._database.transaction() as session:
            await _lock(session, f"pool {connection}/{key}")
            await _lock(session, f"stock {connection}/{product}", shared=not alone)
            rows = await _under(session, connection, key)
            if not rows:
                kept = await _kept_for_others(session, connection, product, key, alone=alone)
                if kept is None:
                    return None
                rows = await _earliest(session, connection, product, quantity + kept)
                if len(rows) < quantity + kept:
                    return None
                rows = rows[:quantity]
                for row in rows:
                    row.state, row.purchase_key, row.issued_at = ISSUED, key, datetime.now(UTC)
            return [self._unit(row) for row in rows]

    async def issued(self, connection: str, key: str) -> Sequence[IssuedUnit] | None:
        """What was issued under `key` and not revoked."""
        async with self._database.transaction() as session:
            rows = [row for row in await _under(session, connection, key) if row.state == ISSUED]
            return [self._unit(row) for row in rows] or None

    async def release(self, connection: str, key: str) -> bool:
        """Void what was issued under `key`."""
        async with self._database.transaction() as session:
            for row in await _under(session, connection, key):
                row.state = VOID
        return True

    async def level(self, connection: str, product: str) -> tuple[int, int]:
        """How many keys can be issued now, and the dearest one's cost in minor units."""
        async with self._database.transaction() as session:
            found = await session.execute(
                select(func.count(), func.coalesce(func.max(PoolKey.cost_amount), 0)).where(
                    *_available(connection, product)
                )
            )
            count, cost = found.one()
            return int(count), int(cost)

    async def import_keys(
        self,
        connection: str,
        product: str,
        keys: Iterable[ImportedKey],
        now: datetime,
        *,
        case_sensitive: bool = False,
    ) -> Imported:
        """Take keys into stock; one that was ever imported before, however written, is not taken in again.

        `case_sensitive`: the product's keys may differ by case alone.
        """
        added = known = 0
        async with self._database.transaction() as session:
            await _lock(session, "pool import")
            for key in keys:
                taken = await self._take_in(session, connection, product, key, now, case_sensitive)
                added, known = (added + 1, known) if taken else (added, known + 1)
        return Imported(added, known)

    async def _take_in(
        self,
        session: AsyncSession,
        connection: str,
        product: str,
        key: ImportedKey,
        now: datetime,
        case_sensitive: bool,
    ) -> bool:
        unit = IssuedUnit(number=key.number, password=key.password, link=key.link).as_handed_over()
        parts = (unit.number, unit.password, unit.link)
        secrets = self._vault.fingerprints.secrets(*parts, case_sensitive=case_sensitive)
        identity = f"key_{uuid.uuid4().hex}"
        same = select(PoolSecret.key_id).where(PoolSecret.fingerprint.in_(secrets))
        if await session.scalar(same.limit(1)):
            return False
        body = dict(zip(("number", "password", "link"), parts, strict=True))
        plain = rfc8785.dumps({name: value for name, value in body.items() if value})
        taken = await session.scalar(
            insert(PoolKey)
            .values(
                id=identity,
                connection=connection,
                product=product,
                sealed=self._vault.ring.seal(plain, f"pool/{identity}"),
                fingerprint=self._vault.fingerprints.credential(*parts),
                cost_amount=key.cost,
                expires_at=key.expires_at,
                state=AVAILABLE,
                imported_at=now,
            )
            .on_conflict_do_nothing()
            .returning(PoolKey.id)
        )
        if taken is not None and secrets:
            rows = [{"fingerprint": secret, "key_id": identity} for secret in secrets]
            await session.execute(insert(PoolSecret).values(rows))
        return taken is not None

    def _unit(self, row: PoolKey) -> IssuedUnit:
        plain = json.loads(self._vault.ring.open(row.sealed, f"pool/{row.id}"))
        return IssuedUnit(**plain, expires_at=row.expires_at, supplier_card=row.id)


async def _lock(session: AsyncSession, what: str, *, shared: bool = False) -> None:
    take = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
    await session.execute(select(take(func.hashtextextended(what, 0))))


async def _under(session: AsyncSession, connection: str, key: str) -> list[PoolKey]:
    rows = await session.scalars(
        select(PoolKey)
        .where(PoolKey.connection == connection, PoolKey.purchase_key == key)
        .order_by(PoolKey.id)
        .with_for_update()
    )
    return list(rows)


async def _kept_for_others(
    session: AsyncSession, connection: str, product: str, key: str, *, alone: bool
) -> int | None:
    """How many keys those are given first who wait longer; None: to be asked again, alone."""
    line = await ahead(session, connection, product, key)
    if not line:
        return 0
    if not alone:
        return None
    return sum(each.units for each in servable(line, await available(session, connection, product)))


async def available(session: AsyncSession, connection: str, product: str) -> int:
    """How many keys of a product can be issued now."""
    count = await session.scalar(select(func.count()).where(*_available(connection, product)))
    return int(count or 0)


async def _earliest(session: AsyncSession, connection: str, product: str, quantity: int) -> list[PoolKey]:
    rows = await session.scalars(
        select(PoolKey)
        .where(*_available(connection, product))
        .order_by(PoolKey.expires_at.asc().nulls_last(), PoolKey.imported_at, PoolKey.id)
        .limit(quantity)
        .with_for_update(skip_locked=True)
    )
    return list(rows)


def _available(connection: str, product: str) -> tuple[ColumnElement[bool], ...]:
    return (
        PoolKey.connection == connection,
        PoolKey.product == product,
        PoolKey.state == AVAILABLE,
        or_(PoolKey.expires_at.is_(None), PoolKey.expires_at > func.now()),
    )
