"""In which zone people read the moments of an order: its bundle's."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import BundleVersion, Order


async def time_zones(session: AsyncSession, orders: Sequence[Order]) -> Mapping[str, str]:
    """By the id of an order; without those whose bundle was never published."""
    sold = {(order.bundle_id, order.bundle_version) for order in orders}
    zones = {bundle: zone for bundle in sold if (zone := await time_zone(session, *bundle))}
    return {
        order.id: zones[order.bundle_id, order.bundle_version]
        for order in orders
        if (order.bundle_id, order.bundle_version) in zones
    }


async def time_zone(session: AsyncSession, bundle: str, version: int) -> str | None:
    """Of a bundle version, by its IANA name; None for one that was never published."""
    named = BundleVersion.document["time_zone"].astext
    return await session.scalar(
        select(named).where(BundleVersion.bundle_id == bundle, BundleVersion.version == version)
    )
