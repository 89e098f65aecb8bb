"""Keeping what was issued: sealed, and each single-use secret once, in whichever spelling it comes."""

import uuid
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

import rfc8785
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.supply.outcomes import IssuedUnit
from storage.base.sealing import KeyRing, Vault
from storage.tables import Credential, CredentialSecret, Delivery


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
    if not delivery.shared_credential:
        await _take_over(session, whole, secrets, beside)
    identity = f"crd_{uuid.uuid4().hex}"
    kept: str | None = await session.scalar(
        insert(Credential)
        .values(
            id=identity,
            delivery_id=delivery.id,
            attempt_id=attempt_id,
            unit=number,
            sealed=ring.seal(plain_unit(unit), f"credential/{identity}"),
            fingerprint=whole,
            shared=delivery.shared_credential,
            expires_at=unit.expires_at,
            issued_at=now,
        )
        .on_conflict_do_nothing(index_elements=[Credential.fingerprint], index_where=~Credential.shared)
        .returning(Credential.id)
    )
    if kept is None or not secrets:
        return kept
    rows = [{"fingerprint": secret, "credential_id": identity} for secret in secrets]
    written = await session.scalars(
        insert(CredentialSecret).values(rows).on_conflict_do_nothing().returning(CredentialSecret.fingerprint)
    )
    if len(written.all()) == len(secrets):
        return kept
    await session.execute(delete(Credential).where(Credential.id == identity))
    return None


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
) -> None:
    """Forget what was handed in under any of these fingerprints and never delivered."""
    parts = select(CredentialSecret.credential_id).where(CredentialSecret.fingerprint.in_(secrets))
    itself = select(Credential.id).where(Credential.fingerprint == whole, ~Credential.shared)
    found = {*await session.scalars(parts), *await session.scalars(itself)} - {*beside}
    if found:
        handed_in = (Credential.id.in_(found), Credential.attempt_id.is_(None))
        await session.execute(delete(Credential).where(*handed_in))


def plain_unit(unit: IssuedUnit) -> bytes:
    """What of a unit is sealed: its secrets and the supplier's id of it, as canonical JSON."""
    shown = replace(unit, expires_at=None)
    body = {name: value for name, value in vars(shown).items() if value is not None}
    return rfc8785.dumps(body)
