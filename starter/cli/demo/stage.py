"""What must stand before the first order: contracts published, fresh keys in our own stock."""

import secrets
from datetime import UTC, datetime, timedelta

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from settings import Settings
from starter.cli.bundle.publishing import publish
from starter.cli.context import Connected
from starter.cli.demo.files import BUNDLES, CATALOGUE, CONNECTIONS, bundle_file
from starter.documents.reading import load
from starter.outlines import read_outlines
from storage.supply.pool_stock import ImportedKey, PoolStock

_KEYS_PER_RUN = 5
_POOL, _PRODUCT, _COST = "own-stock", "music-season", 2600


async def set_stage(settings: Settings, connected: Connected) -> None:
    """Publish the examples and import keys that no run before had."""
    outlines = read_outlines(settings, CONNECTIONS)
    await publish(connected.database, None, load(CATALOGUE, Catalogue), outlines)
    for bundle in BUNDLES:
        await publish(connected.database, load(bundle_file(bundle), Bundle), None, outlines)
    now = datetime.now(UTC)
    keys = [
        ImportedKey(
            cost=_COST,
            number=f"MUSIC-{secrets.token_hex(6).upper()}",
            password=secrets.token_urlsafe(9),
            expires_at=now + timedelta(days=365 + number),
        )
        for number in range(_KEYS_PER_RUN)
    ]
    await PoolStock(connected.database, connected.vault).import_keys(_POOL, _PRODUCT, keys, now)
