"""Keeping what was issued: sealed, and each single-use secret once, in whichever spelling it comes."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy import Executable, String, bindparam, delete, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.supply.outcomes import IssuedUnit
from storage.base.sealing import KeyRing, Vault
from storage.tables import Credential, CredentialSecret, Delivery, Table


async def keep_credential(
    session: AsyncSession,
    vault: Vault,
    ring: KeyRing,
    delivery: Delivery,
    attempt_id: str | None,
    number: int,
    unit: IssuedUnit,
    now: datetime,
    *,
    beside: Collection[str] = (),
) -> str | None:
    """Seal one credential for a delivery and return its id; None for one of which a part was issued already.

    One that a person handed in and that no attempt has was issued to nobody: it is taken over, unless it is
    one of those `beside` which this one is kept.
    """
    unit = unit.as_handed_over()
    parts, case = (unit.number, unit.password, unit.link), delivery.case_sensitive
    whole = vault.fingerprints.credential(*parts)
    secrets = [] if delivery.shared_credential else vault.fingerprints.secrets(*parts, case_sensitive=case)
    identity = f"crd_{uuid.uuid4().hex}"
    row = {
        "id": identity,
        "delivery_id": delivery.id,
        "attempt_id": attempt_id,
        "unit": number,
        "sealed": ring.seal(plain_unit(unit), f"credential/{identity}"),
        "fingerprint": whole,
        "shared": delivery.shared_credential,
        "expires_at": unit.expires_at,
        "issued_at": now,
        "revoked_at": None,
        "reveals": 0,
    }
    if await _written(session, row, secrets):
        return identity
    if await _take_over(session, whole, secrets, beside) and await _written(session, row, secrets):
        return identity
    return None


async def _written(session: AsyncSession, row: Mapping[str, Any], secrets: Sequence[str]) -> bool:
    """Whether a credential and each of its secrets could be written; else none of it is."""
    with session.no_autoflush:
        kept, new_ones = (await session.execute(_KEEP, {**row, "secrets": secrets})).one()
    if kept and new_ones < len(secrets):
        await session.execute(delete(Credential).where(Credential.id == row["id"]))
        return False
    return bool(kept)


def _keep() -> Executable:
    """A credential and its secrets in one statement; tells how many of both are written."""
    table, secrets = Table.metadata.tables["credentials"], Table.metadata.tables["credential_secrets"]
    kept = (
        insert(table)
        .values({each.name: bindparam(each.name) for each in table.columns})
        .on_conflict_do_nothing(index_elements=[table.c.fingerprint], index_where=~table.c.shared)
        .returning(table.c.id)
        .cte("kept")
    )
    each = (
        func.unnest(bindparam("secrets", type_=ARRAY(String)))
        .table_valued("fingerprint", name="secret")
        .render_derived()
    )
    of_it = select(each.c.fingerprint, kept.c.id).select_from(kept.join(each, true()))
    parts = (
        insert(secrets)
        .from_select(["fingerprint", "credential_id"], of_it)
        .on_conflict_do_nothing()
        .returning(secrets.c.fingerprint)
        .cte("parts")
    )
    return select(
        select(func.count()).select_from(kept).scalar_subquery(),
        select(func.count()).select_from(parts).scalar_subquery(),
    )


_KEEP = _keep()


async def handed_in_before(
    session: AsyncSession, vault: Vault, delivery: Delivery, unit: IssuedUnit
) -> str | None:
    """The id of this very credential, where it was handed in for the delivery and is not delivered yet."""
    unit = unit.as_handed_over()
    whole = vault.fingerprints.credential(unit.number, unit.password, unit.link)
    mine = (Credential.fingerprint == whole, Credential.delivery_id == delivery.id)
    row = await session.scalar(select(Credential).where(*mine, Credential.attempt_id.is_(None)))
    return row.id if row is not None else None


async def _take_over(
    session: AsyncSession, whole: str, secrets: Collection[str], beside: Collection[str]
) -> bool:
    """Forget what was handed in under any of these fingerprints and never delivered; whether any was."""
    parts = select(CredentialSecret.credential_id).where(CredentialSecret.fingerprint.in_(secrets))
    itself = select(Credential.id).where(Credential.fingerprint == whole, ~Credential.shared)
    found = {*await session.scalars(parts), *await session.scalars(itself)} - {*beside}
    handed_in = (Credential.id.in_(found), Credential.attempt_id.is_(None))
    gone = await session.scalars(delete(Credential).where(*handed_in).returning(Credential.id))
    return bool(gone.all())


def plain_unit(unit: IssuedUnit) -> bytes:
    """What of a unit is sealed: its secrets and the supplier's id of it, as canonical JSON."""
    shown = replace(unit, expires_at=None)
    body = {name: value for name, value in vars(shown).items() if value is not None}
    return rfc8785.dumps(body)
