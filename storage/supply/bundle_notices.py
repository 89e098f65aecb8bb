"""Noticing that a bundle cannot be sold any more, or can be again: each once, when it turns.

To live channels, as far as our own stock and its suppliers go: what ends by its dates was published so.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import Bundle
from domain.contract.durations import STORED
from domain.planning.modes import Supply
from domain.planning.sellable import served_by, standing_of
from domain.webhooks.catalogue import AVAILABILITY
from storage.contracts.bundles import current_catalogue
from storage.supply.free_keys import lock
from storage.supply.supply_now import supply_now
from storage.tables import BundleVersion, Notice, UnsellableBundle


class BundleNotices:
    """Looks at the newest version of every bundle, and remembers those as they were read."""

    def __init__(self, supply: Supply) -> None:
        self._supply = supply
        self._read: dict[tuple[str, int, datetime], Bundle] = {}

    async def notice(self, session: AsyncSession) -> list[str]:
        """Write down which bundles have turned since the last look; their ids."""
        await lock(session, "bundle notices")
        catalogue = await current_catalogue(session)
        if catalogue is None:
            return []
        there = await supply_now(session, self._supply.own_stock)
        before = {row.bundle_id: row for row in await session.scalars(select(UnsellableBundle))}
        turned = []
        for bundle in await self._newest(session):
            served = served_by(bundle, catalogue, self._supply, livemode=True)
            stands = standing_of(bundle, served, self._supply, there, livemode=True)
            row, limit = before.get(bundle.id), stands.limited_by
            component = stands.component if limit else None
            if limit is None and row is not None:
                await session.delete(row)
            elif limit is not None and row is None:
                known = {"limited_by": limit.value, "component": component or "", "since": func.now()}
                session.add(UnsellableBundle(bundle_id=bundle.id, **known))
            else:
                continue
            session.add(Notice(type=AVAILABILITY, about=bundle.id, product=component, reason=limit))
            turned.append(bundle.id)
        return turned

    async def _newest(self, session: AsyncSession) -> Iterable[Bundle]:
        columns = (BundleVersion.bundle_id, BundleVersion.version, BundleVersion.published_at)
        newest = select(*columns).ext(distinct_on(BundleVersion.bundle_id))
        rows = await session.execute(newest.order_by(BundleVersion.bundle_id, BundleVersion.version.desc()))
        found = {}
        for bundle_id, version, published_at in rows.all():
            key = (bundle_id, version, published_at)
            found[key] = self._read.get(key) or await _bundle(session, bundle_id, version)
        self._read = found
        return found.values()


async def _bundle(session: AsyncSession, bundle_id: str, version: int) -> Bundle:
    row = await session.get_one(BundleVersion, (bundle_id, version))
    return Bundle.model_validate(row.document, context=STORED)
