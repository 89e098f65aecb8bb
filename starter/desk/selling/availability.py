"""Whether a bundle can be sold now, and which component keeps it from being sold."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from enum import StrEnum

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import Bundle, Component
from domain.contract.catalogue import Benefit
from domain.contract.release import Release
from domain.money import Money
from starter.desk.contracts.order_now import refused_now
from storage.base.database import Database
from storage.contracts.bundles import current_catalogue, published_bundle
from storage.supply.free_keys import available
from storage.supply.health import paused_since, silent_among
from storage.tables import BundleVersion


class Limit(StrEnum):
    """What keeps a bundle from being sold."""

    OUT_OF_STOCK = "out_of_stock"
    SUPPLIER_UNAVAILABLE = "supplier_unavailable"
    DATES = "dates"
    """An order placed now would come after the end of one of its rules."""


class Availability(BaseModel):
    """A bundle as it can be sold now. `left`: how many; null where our own stock does not limit it."""

    bundle: str
    version: int
    title: str
    price: Money
    sellable: bool
    left: int | None
    limited_by: Limit | None
    component: str | None
    """The one that limits it."""
    at: datetime


async def availability(database: Database, bundle_id: str, own_stock: Collection[str]) -> Availability | None:
    """The newest version of a bundle as it can be sold now; None for one that was never published."""
    now = datetime.now(UTC)
    async with database.snapshot() as session:
        newest = select(func.max(BundleVersion.version)).where(BundleVersion.bundle_id == bundle_id)
        version = await session.scalar(newest)
        bundle = await published_bundle(session, bundle_id, version) if version else None
        catalogue = await current_catalogue(session)
        if bundle is None or catalogue is None:
            return None
        benefits = {each.id: each for each in catalogue.benefits}
        left, scarce = await _left(session, bundle, benefits, own_stock)
        away = await _away(session, bundle, benefits)
    limit, component = None, None
    if any(refused_now(bundle, now, {})):
        limit = Limit.DATES
    elif away is not None:
        limit, component = Limit.SUPPLIER_UNAVAILABLE, away
    elif left is not None:
        limit, component = (Limit.OUT_OF_STOCK if left == 0 else None), scarce
    return Availability(
        bundle=bundle.id,
        version=bundle.version,
        title=bundle.title,
        price=bundle.price,
        sellable=limit is None,
        left=left,
        limited_by=limit,
        component=component,
        at=now,
    )


async def _left(
    session: AsyncSession, bundle: Bundle, benefits: Mapping[str, Benefit], own_stock: Collection[str]
) -> tuple[int | None, str | None]:
    """How many bundles our own stock is enough for, and the component of which there are fewest."""
    fewest: tuple[int, str] | None = None
    for component in bundle.components:
        offers = benefits[component.benefit].offers if component.benefit in benefits else []
        if (
            not offers
            or any(offer.connection not in own_stock for offer in offers)
            or not _at_once(component)
        ):
            continue
        free = [await available(session, offer.connection, offer.product) for offer in offers]
        enough_for = max(free) // component.quantity
        if fewest is None or enough_for < fewest[0]:
            fewest = enough_for, component.id
    return fewest or (None, None)


async def _away(session: AsyncSession, bundle: Bundle, benefits: Mapping[str, Benefit]) -> str | None:
    """The first component that nobody sells at the moment."""
    for component in bundle.components:
        benefit = benefits.get(component.benefit)
        connections = {offer.connection for offer in benefit.offers} if benefit else set()
        away = {*await paused_since(session, connections), *await silent_among(session, connections)}
        if connections == away:
            return component.id
    return None


def _at_once(component: Component) -> bool:
    """Whether its first release is due when the order is placed."""
    rule = component.release
    return not isinstance(rule, Release) or (rule.after is None and rule.at is None and rule.when is None)
