"""Published bundles and catalogues. A published version never changes; publishing it again is harmless."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.contract.durations import STORED
from domain.keys import canonical_digest
from domain.planning.plan import with_prices
from domain.validation.catalogue import sold_as
from storage.tables import BundleVersion, CatalogueVersion

Key = TypeVar("Key")
Value = TypeVar("Value")


class AlreadyPublished(Exception):
    """This id and version exist with another content; a change needs a new version."""


_IN_FORCE = select(CatalogueVersion.digest).order_by(CatalogueVersion.number.desc()).limit(1)
_THIS = and_(BundleVersion.bundle_id == bindparam("bundle"), BundleVersion.version == bindparam("version"))
STAMPS = (
    select(BundleVersion.digest).where(_THIS).scalar_subquery(),
    select(BundleVersion.published_at).where(_THIS).scalar_subquery(),
    _IN_FORCE.scalar_subquery(),
)
"""What tells whether the contracts are known that are in force for this `bundle` and `version`."""
_BUNDLES: dict[tuple[object, ...], Bundle] = {}
_CATALOGUES: dict[str, Catalogue] = {}
MOST_KEPT = 200
"""So many contracts of each kind a process keeps as they were read; what is published never changes."""


async def published_bundle(session: AsyncSession, bundle_id: str, version: int) -> Bundle | None:
    """A published bundle version."""
    this = (BundleVersion.bundle_id == bundle_id, BundleVersion.version == version)
    stamp = select(BundleVersion.digest, BundleVersion.published_at).where(*this)
    row = (await session.execute(stamp)).one_or_none()
    if row is None:
        return None
    key = (bundle_id, version, *row)
    if key not in _BUNDLES:
        document = await session.scalar(select(BundleVersion.document).where(*this))
        _keep(_BUNDLES, key, Bundle.model_validate(document, context=STORED))
    return _BUNDLES[key]


async def contracts_of(
    session: AsyncSession, bundle_id: str, version: int
) -> tuple[Bundle | None, Catalogue | None]:
    """A published bundle version and the catalogue in force, by one question where both were read before."""
    this = {"bundle": bundle_id, "version": version}
    return await contracts_by(
        session, bundle_id, version, (await session.execute(select(*STAMPS), this)).one()
    )


async def contracts_by(
    session: AsyncSession, bundle_id: str, version: int, stamps: Sequence[Any]
) -> tuple[Bundle | None, Catalogue | None]:
    """The same, where `STAMPS` were read already."""
    bundle_digest, published_at, catalogue_digest = stamps
    bundle = _BUNDLES.get((bundle_id, version, bundle_digest, published_at))
    catalogue = _CATALOGUES.get(catalogue_digest)
    return (
        bundle or await published_bundle(session, bundle_id, version),
        catalogue or await current_catalogue(session),
    )


async def published_bundles(session: AsyncSession) -> list[Bundle]:
    """Every published bundle version, oldest first."""
    rows = await session.scalars(select(BundleVersion).order_by(BundleVersion.published_at))
    return [Bundle.model_validate(row.document, context=STORED) for row in rows]


async def sold_kinds(session: AsyncSession) -> dict[str, str]:
    """Benefit id to `domain.validation.bundle.sold_as`, as published bundles were sold with."""
    rows = await session.scalars(select(BundleVersion.benefit_kinds))
    return {benefit: kind for kinds in rows for benefit, kind in kinds.items()}


async def current_catalogue(session: AsyncSession) -> Catalogue | None:
    """The catalogue in force."""
    digest = await session.scalar(_IN_FORCE)
    if digest is None:
        return None
    if digest not in _CATALOGUES:
        this = select(CatalogueVersion.document).where(CatalogueVersion.digest == digest).limit(1)
        _keep(_CATALOGUES, digest, Catalogue.model_validate(await session.scalar(this)))
    return _CATALOGUES[digest]


async def publish_catalogue(session: AsyncSession, catalogue: Catalogue, now: datetime) -> bool:
    """Put a catalogue in force; False when it already is."""
    document = catalogue.model_dump(mode="json")
    digest = canonical_digest(document)
    latest = await session.scalar(select(CatalogueVersion).order_by(CatalogueVersion.number.desc()).limit(1))
    if latest is not None and latest.digest == digest:
        return False
    session.add(CatalogueVersion(digest=digest, document=document, published_at=now))
    return True


async def publish_bundle(session: AsyncSession, bundle: Bundle, catalogue: Catalogue, now: datetime) -> bool:
    """Publish a bundle version; False when it is already published just so. Raises AlreadyPublished."""
    digest = canonical_digest(bundle.model_dump(mode="json"))
    row = await session.get(BundleVersion, (bundle.id, bundle.version), with_for_update=True)
    if row is not None:
        if row.digest == digest:
            return False
        raise AlreadyPublished(
            f"{bundle.id} version {bundle.version} is published with another content and never changes; "
            f"publish this as version {bundle.version + 1}"
        )
    contained = {c.benefit for c in bundle.components}
    session.add(
        BundleVersion(
            bundle_id=bundle.id,
            version=bundle.version,
            digest=digest,
            document=with_prices(bundle, catalogue).model_dump(mode="json"),
            benefit_kinds={b.id: sold_as(b) for b in catalogue.benefits if b.id in contained},
            published_at=now,
        )
    )
    return True


def _keep(kept: dict[Key, Value], key: Key, value: Value) -> None:
    if len(kept) >= MOST_KEPT:
        kept.pop(next(iter(kept)))
    kept[key] = value
