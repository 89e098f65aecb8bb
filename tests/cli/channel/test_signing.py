"""`perkflow channel signing`: a secret is shown once, and a channel signs only when it was asked to."""

import asyncio

import pytest
from sqlalchemy import text

from storage.base.database import Database
from tests.cli.running import Perkflow
from tests.support.servers.deployment import fresh_keys


async def test_a_secret_is_made_required_listed_and_revoked(
    database_url: str, perkflow: Perkflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**fresh_keys(), "PERKFLOW_DATABASE_URL": database_url}.items():
        monkeypatch.setenv(name, value)

    async def signing(*words: str) -> object:
        ran = await asyncio.to_thread(perkflow, "channel", *words, "--json")
        assert ran.exit_code == 0, ran.out
        return ran.document

    await signing("key", "add", "shop")
    refused = await asyncio.to_thread(perkflow, "channel", "signing", "require", "shop")
    assert refused.exit_code == 1
    first = await signing("signing", "add", "shop")
    assert isinstance(first, dict)
    assert first["secret"].startswith("whsec_")
    assert await signing("signing", "require", "shop") == {"channel": "shop", "required": True}
    second = await signing("signing", "add", "shop", "--overlap", "PT1H")
    assert isinstance(second, dict)
    listed = await signing("signing", "list", "shop")
    assert isinstance(listed, dict)
    found = [(each["id"], each["required"], each["ends_at"] is None) for each in listed["secrets"]]
    assert found == [(first["id"], True, False), (second["id"], True, True)]
    assert (await asyncio.to_thread(perkflow, "channel", "signing", "revoke", second["id"])).exit_code == 1
    assert await signing("signing", "require", "shop", "--off") == {"channel": "shop", "required": False}
    assert await signing("signing", "revoke", second["id"]) == {"id": second["id"], "channel": "shop"}
    table = await asyncio.to_thread(perkflow, "channel", "signing", "list")
    assert first["id"] in table.out
    database = Database(database_url)
    async with database.snapshot() as session:
        sealed = [bytes(each) for each in await session.scalars(text("SELECT sealed FROM channel_secrets"))]
    await database.close()
    assert not [each for each in sealed if first["secret"].encode() in each]


def test_what_cannot_be_is_told(
    database_url: str, perkflow: Perkflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**fresh_keys(), "PERKFLOW_DATABASE_URL": database_url}.items():
        monkeypatch.setenv(name, value)
    assert perkflow("channel", "signing", "add", "nobody").exit_code == 1
    assert perkflow("channel", "signing", "add", "nobody", "--overlap", "a day").exit_code == 2
    assert perkflow("channel", "signing", "revoke", "chs_none").exit_code == 1
