"""Our own stock of keys: each issued once, earliest expiry first, never twice.

A purchase takes what was reserved for its delivery (`storage.supply.reserving`), and else free keys.
Concurrent buyers skip each other's locked rows (`SKIP LOCKED`), so nobody waits and nobody gets the same
key. A revoked key is void: the buyer may have read it, so it is never issued again.
"""

import json
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

import rfc8785
from sqlalchemy import ARRAY, Cast, String, any_, cast, func, insert, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from domain.supply.outcomes import IssuedUnit
from storage.base.database import Database
from storage.base.sealing import Vault
from storage.supply.free_keys import AVAILABLE, ISSUED, VOID, available, earliest, free, lock, stock_lock
from storage.supply.reserving import give_back, take_reserved
from storage.supply.restock import ahead, kept_for
from storage.tables import PoolKey, PoolSecret

TAKEN_AT_ONCE = 500
"""How many keys of a file are looked up, and written, with one statement each."""


@dataclass(frozen=True)
class ImportedKey:
    """One key to take into stock. `cost` is in minor units."""

    cost: int
    number: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    link: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None

    def as_handed_over(self) -> IssuedUnit:
        """The key as its buyer gets it."""
        return IssuedUnit(number=self.number, password=self.password, link=self.link).as_handed_over()


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
            await lock(session, f"pool {connection}/{key}")
            await stock_lock(session, connection, product, shared=not alone)
            rows = await _under(session, connection, key)
            if not rows:
                now = datetime.now(UTC)
                rows = await take_reserved(session, connection, product, key, now)
                missing = quantity - len(rows)
                taken = await _free_ones(session, connection, product, key, missing, alone=alone)
                if taken is None:
                    if alone:
                        give_back(rows)
                    return None
                rows += taken
                for row in rows:
                    row.state, row.purchase_key, row.issued_at = ISSUED, key, now
                    row.held_for = row.held_until = None
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
                    *free(connection, product)
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
        left, added, known = iter(keys), 0, 0
        async with self._database.transaction() as session:
            await lock(session, "pool import")
            while some := list(islice(left, TAKEN_AT_ONCE)):
                new = await self._take_in(session, connection, product, some, now, case_sensitive)
                added, known = added + new, known + len(some) - new
        return Imported(added, known)

    async def _take_in(
        self,
        session: AsyncSession,
        connection: str,
        product: str,
        keys: Sequence[ImportedKey],
        now: datetime,
        case_sensitive: bool,
    ) -> int:
        """Take in those of the keys that neither the stock nor an earlier one of them has; how many."""
        told = [self._told_apart(key, case_sensitive) for key in keys]
        there = await _in_stock(session, {each for fingerprints in told for each in fingerprints})
        rows: list[dict[str, object]] = []
        secrets: dict[str, str] = {}
        for key, (whole, *parts) in zip(keys, told, strict=True):
            if not there.isdisjoint((whole, *parts)):
                continue
            there.update((whole, *parts))
            identity = f"key_{uuid.uuid4().hex}"
            rows.append(
                {
                    "id": identity,
                    "connection": connection,
                    "product": product,
                    "sealed": self._sealed(key, identity),
                    "fingerprint": whole,
                    "cost_amount": key.cost,
                    "expires_at": key.expires_at,
                    "state": AVAILABLE,
                    "imported_at": now,
                }
            )
            secrets |= dict.fromkeys(parts, identity)
        if rows:
            await session.execute(insert(PoolKey), rows)
            together = select(func.unnest(_texts(secrets)), func.unnest(_texts(secrets.values())))
            await session.execute(insert(PoolSecret).from_select(["fingerprint", "key_id"], together))
        return len(rows)

    def _told_apart(self, key: ImportedKey, case_sensitive: bool) -> list[str]:
        """The fingerprints of a key: of it as a whole, and those that no other may have."""
        unit = key.as_handed_over()
        parts = (unit.number, unit.password, unit.link)
        prints = self._vault.fingerprints
        return [prints.credential(*parts), *prints.secrets(*parts, case_sensitive=case_sensitive)]

    def _sealed(self, key: ImportedKey, identity: str) -> bytes:
        unit = key.as_handed_over()
        body = {"number": unit.number, "password": unit.password, "link": unit.link}
        plain = rfc8785.dumps({name: value for name, value in body.items() if value})
        return self._vault.ring.seal(plain, f"pool/{identity}")

    def _unit(self, row: PoolKey) -> IssuedUnit:
        plain = json.loads(self._vault.ring.open(row.sealed, f"pool/{row.id}"))
        return IssuedUnit(**plain, expires_at=row.expires_at, supplier_card=row.id)


async def _in_stock(session: AsyncSession, fingerprints: Collection[str]) -> set[str]:
    """Which of these fingerprints a key in stock has, as a whole or in part."""
    asked = any_(_texts(fingerprints))
    parts = select(PoolSecret.fingerprint).where(PoolSecret.fingerprint == asked)
    wholes = select(PoolKey.fingerprint).where(PoolKey.fingerprint == asked)
    return set(await session.scalars(union_all(parts, wholes)))


def _texts(texts: Iterable[str]) -> Cast[Sequence[str]]:
    return cast(list(texts), ARRAY(String))


async def _under(session: AsyncSession, connection: str, key: str) -> list[PoolKey]:
    rows = await session.scalars(
        select(PoolKey)
        .where(PoolKey.connection == connection, PoolKey.purchase_key == key)
        .order_by(PoolKey.id)
        .with_for_update()
    )
    return list(rows)


async def _free_ones(
    session: AsyncSession, connection: str, product: str, key: str, quantity: int, *, alone: bool
) -> list[PoolKey] | None:
    """So many free keys beyond those that whoever waits longer is given first.

    None where there are too few, or where only who is alone can know how many are kept.
    """
    if quantity <= 0:
        return []
    kept, line = 0, await ahead(session, connection, product, key)
    if line and not alone:
        return None
    if line:
        kept = kept_for(line, await available(session, connection, product))
    rows = list(await session.scalars(earliest(connection, product, quantity + kept)))
    return rows[:quantity] if len(rows) == quantity + kept else None
