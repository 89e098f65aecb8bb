"""Whether a bundle can be sold now, and which component keeps it from being sold."""

from datetime import UTC, datetime

from pydantic import BaseModel
from sqlalchemy import func, select

from domain.money import Money
from domain.planning.modes import Supply
from domain.planning.sellable import Limit, served_by, standing_of
from starter.desk.contracts.order_now import refused_now
from storage.base.database import Database
from storage.contracts.bundles import current_catalogue, published_bundle
from storage.supply.supply_now import supply_now
from storage.tables import BundleVersion


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


async def availability(
    database: Database, bundle_id: str, supply: Supply, *, livemode: bool
) -> Availability | None:
    """The newest version of a bundle as it can be sold now; None for one that was never published.

    `livemode`: to live channels; else as test channels can order it.
    """
    now = datetime.now(UTC)
    async with database.snapshot() as session:
        newest = select(func.max(BundleVersion.version)).where(BundleVersion.bundle_id == bundle_id)
        version = await session.scalar(newest)
        bundle = await published_bundle(session, bundle_id, version) if version else None
        catalogue = await current_catalogue(session)
        if bundle is None or catalogue is None:
            return None
        served = served_by(bundle, catalogue, supply, livemode=livemode)
        products = [product for sold in served.values() for product in sold]
        there = await supply_now(session, supply.own_stock, products)
    stands = standing_of(bundle, served, supply, there, livemode=livemode)
    over = any(refused_now(bundle, now, {}))
    limit = Limit.DATES if over else stands.limited_by
    return Availability(
        bundle=bundle.id,
        version=bundle.version,
        title=bundle.title,
        price=bundle.price,
        sellable=limit is None,
        left=stands.left,
        limited_by=limit,
        component=None if over else stands.component,
        at=now,
    )
