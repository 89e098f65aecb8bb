"""Published bundles and catalogues. A published version never changes; publishing it again is harmless."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.contract.durations import STORED
from domain.keys import canonical_digest
from domain.planning.plan import with_prices
from domain.validation.catalogue import sold_as
from storage.tables import BundleVersion, CatalogueVersion


class AlreadyPublished(Exception):
    """This id and version exist with another content; a change needs a new version."""


async def published_bundle(session: AsyncSession, bundle_id: str, version: int) -> Bundle | None:
    """A published bundle version."""
    row = await session.get(BundleVersion, (bundle_id, version))
    return Bundle.model_validate(row.document, context=STORED) if row else None


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
    row = await session.scalar(select(CatalogueVersion).order_by(CatalogueVersion.number.desc()).limit(1))
    return Catalogue.model_validate(row.document) if row else None


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
