"""Whether a bundle can be sold now, and which component keeps it from being sold."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import Bundle, Component
from domain.contract.catalogue import Catalogue
from domain.contract.release import Release
from domain.money import Money
from domain.planning.modes import Supply
from starter.desk.contracts.order_now import refused_now
from storage.base.database import Database
from storage.contracts.bundles import current_catalogue, published_bundle
from storage.supply.free_keys import available
from storage.supply.health import paused_since, silent_among
from storage.supply.reserving import Product
from storage.tables import BundleVersion


class Limit(StrEnum):
    """What keeps a bundle from being sold."""

    OUT_OF_STOCK = "out_of_stock"
    SUPPLIER_UNAVAILABLE = "supplier_unavailable"
    NO_SANDBOX = "no_sandbox"
    """For a test channel: no supplier of a component has a sandbox connection."""
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
        served = _served(bundle, catalogue, supply, livemode=livemode)
        left, scarce = await _left(session, bundle, served, supply)
        away = await _away(session, served)
        nowhere = next((component for component, sold in served.items() if not sold), None)
    limit, component = None, None
    if any(refused_now(bundle, now, {})):
        limit = Limit.DATES
    elif nowhere is not None and not livemode:
        limit, component = Limit.NO_SANDBOX, nowhere
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


def _served(
    bundle: Bundle, catalogue: Catalogue, supply: Supply, *, livemode: bool
) -> Mapping[str, Sequence[Product]]:
    """By component: where it may be bought."""
    benefits = {each.id: each for each in catalogue.benefits}
    return {
        component.id: [
            (connection, offer.product)
            for offer in (benefits[component.benefit].offers if component.benefit in benefits else [])
            if (connection := supply.serving(offer.connection, livemode=livemode)) is not None
        ]
        for component in bundle.components
    }


async def _left(
    session: AsyncSession, bundle: Bundle, served: Mapping[str, Sequence[Product]], supply: Supply
) -> tuple[int | None, str | None]:
    """How many bundles our own stock is enough for, and the component of which there are fewest."""
    fewest: tuple[int, str] | None = None
    for component in bundle.components:
        sold = served[component.id]
        elsewhere = any(connection not in supply.own_stock for connection, _ in sold)
        if not sold or elsewhere or not _at_once(component):
            continue
        free = [await available(session, *product) for product in sold]
        enough_for = max(free) // component.quantity
        if fewest is None or enough_for < fewest[0]:
            fewest = enough_for, component.id
    return fewest or (None, None)


async def _away(session: AsyncSession, served: Mapping[str, Sequence[Product]]) -> str | None:
    """The first component that nobody sells at the moment."""
    for component, sold in served.items():
        connections = {connection for connection, _ in sold}
        away = {*await paused_since(session, connections), *await silent_among(session, connections)}
        if connections == away:
            return component
    return None


def _at_once(component: Component) -> bool:
    """Whether its first release is due when the order is placed."""
    rule = component.release
    return not isinstance(rule, Release) or (rule.after is None and rule.at is None and rule.when is None)
