"""A bundle that cannot be sold any more, or can be again: each channel is notified once, when it turns."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.planning.modes import Supply
from starter.desk.webhooks.desk import Webhooks
from storage.base.database import Database
from storage.base.sealing import Vault
from storage.contracts.bundles import publish_bundle, publish_catalogue
from storage.supply import health
from storage.supply.bundle_notices import BundleNotices
from storage.supply.pool_stock import ImportedKey, PoolStock
from storage.tables import Channel, PoolKey
from tests.integration.feed.orders import NOW
from tests.integration.public.book import make_public
from tests.integration.webhooks.book import states
from tests.support.documents import benefit, money, offer
from tests.support.servers.deployment import fresh_keys, vault_of

OURS = benefit("ours", "key", offer("pool", "gift"))
THEIRS = benefit("theirs", "key", offer("fulu", "1"), offer("kayixin", "2"))


@pytest.fixture
def vault() -> Vault:
    return vault_of(fresh_keys())


async def publish(database: Database, name: str, *benefits: dict[str, Any], version: int = 1) -> None:
    """A bundle of one component of each of these benefits."""
    catalogue = Catalogue.model_validate({"benefits": [OURS, THEIRS]})
    components = [{"id": f"of-{each['id']}", "benefit": each["id"]} for each in benefits]
    document = {"id": name, "version": version, "title": name, "price": money(9900), "components": components}
    bundle = Bundle.model_validate({**document, "policy": "best_effort"})
    async with database.transaction() as session:
        await publish_catalogue(session, catalogue, NOW)
        await publish_bundle(session, bundle, catalogue, NOW)


async def told(desk: Webhooks, channel: str | None) -> list[tuple[Any, ...]]:
    """What a channel was told of bundles."""
    events = (await desk.events(channel, types=["bundle.availability"])).events
    names = ("id", "sellable", "limited_by", "component")
    return [
        (each["channel"], each["livemode"], *(each["data"]["bundle"][name] for name in names))
        for each in events
    ]


async def test_each_channel_with_an_endpoint_is_told_once_when_it_turns(
    database: Database, desk: Webhooks, vault: Vault
) -> None:
    notices = BundleNotices(Supply(own_stock=["pool"]))

    async def turned() -> list[str]:
        async with database.transaction() as session:
            found = await notices.notice(session)
        await make_public(database)
        return found

    async with database.transaction() as session:
        session.add(Channel(name="sandbox", livemode=False, created_at=NOW))
    endpoint = (await desk.add("shop", "https://shop.example/")).endpoint.id
    await desk.add("another", "https://another.example/")
    await desk.add("sandbox", "https://shop.example/test", ["order.*"])
    await desk.remove("gone", (await desk.add("gone", "https://shop.example/gone")).endpoint.id)
    stock = PoolStock(database, vault)
    await stock.import_keys("pool", "gift", [ImportedKey(cost=1, number="n-1")], NOW)
    await publish(database, "mixed", OURS, THEIRS)
    await publish(database, "other", THEIRS)
    assert await turned() == []

    async with database.transaction() as session:
        await session.execute(update(PoolKey).values(expires_at=NOW - timedelta(days=9999)))
    assert (await turned(), await turned()) == (["mixed"], [])
    async with database.transaction() as session:
        await health.pause(session, "fulu", "ops", "dear", NOW)
    assert await turned() == []
    async with database.transaction() as session:
        await health.pause(session, "kayixin", "ops", "dear", NOW)
    assert (await turned(), await turned()) == (["other"], [])
    async with database.transaction() as session:
        await session.execute(update(PoolKey).values(expires_at=None))
    assert await turned() == []
    async with database.transaction() as session:
        await health.resume(session, "fulu", NOW)
    assert (await turned(), await turned()) == (["mixed", "other"], [])

    turns = [
        ("mixed", False, "out_of_stock", "of-ours"),
        ("other", False, "supplier_unavailable", "of-theirs"),
        ("mixed", True, None, None),
        ("other", True, None, None),
    ]
    assert await told(desk, "shop") == [("shop", True, *each) for each in turns]
    assert await told(desk, "another") == [("another", True, *each) for each in turns]
    assert await told(desk, "sandbox") == await told(desk, "gone") == []
    ids = [each["id"] for each in (await desk.events(None, types=["bundle.availability"])).events]
    assert (len(ids), len(set(ids))) == (8, 8)
    assert await states(database, endpoint) == ["open"] * 4


async def test_the_newest_version_is_looked_at_and_what_is_held_is_not_sellable(
    database: Database, desk: Webhooks, vault: Vault
) -> None:
    notices = BundleNotices(Supply(own_stock=["pool"]))

    async def turned() -> list[str]:
        async with database.transaction() as session:
            return await notices.notice(session)

    assert await turned() == []
    await PoolStock(database, vault).import_keys("pool", "gift", [ImportedKey(cost=1, number="n-1")], NOW)
    await publish(database, "versions", THEIRS)
    assert await turned() == []
    await publish(database, "versions", OURS, version=2)
    assert await turned() == []
    far = timedelta(days=9999)
    async with database.transaction() as session:
        await session.execute(update(PoolKey).values(held_for="hld_1", held_until=NOW + far))
    assert await turned() == ["versions"]
    async with database.transaction() as session:
        await session.execute(update(PoolKey).values(held_until=NOW - far))
    assert await turned() == ["versions"]
    await publish(database, "versions", THEIRS, version=3)
    assert await turned() == []
