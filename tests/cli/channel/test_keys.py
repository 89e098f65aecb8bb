"""`perkflow channel key`: a key is shown once, and ends when it is told to."""

import asyncio

import pytest

from starter.desk.channels.keys import ChannelKeys, digest_of
from storage.base.database import Database
from storage.tables import ChannelKey
from tests.cli.running import Perkflow


async def test_a_key_is_made_listed_and_revoked(
    database_url: str, perkflow: Perkflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERKFLOW_DATABASE_URL", database_url)
    made = await asyncio.to_thread(
        perkflow, "channel", "key", "add", "shop", "--test", "--label", "till 1", "--json"
    )
    assert made.exit_code == 0
    secret, name = made.document["key"], made.document["id"]
    assert secret.startswith("pk_test_")
    listed = await asyncio.to_thread(perkflow, "channel", "key", "list", "--json")
    assert [each["id"] for each in listed.document["keys"]] == [name]
    table = await asyncio.to_thread(perkflow, "channel", "key", "list")
    assert name in table.out
    assert secret not in listed.out + table.out
    database = Database(database_url)
    async with database.transaction() as session:
        row = await session.get_one(ChannelKey, name)
    assert (row.digest, row.channel, row.label, row.livemode) == (digest_of(secret), "shop", "till 1", False)
    assert await ChannelKeys(database).caller(secret) is not None
    assert (await asyncio.to_thread(perkflow, "channel", "key", "revoke", name)).exit_code == 0
    assert await ChannelKeys(database).caller(secret) is None
    await database.close()


def test_what_cannot_be_is_told(
    database_url: str, perkflow: Perkflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERKFLOW_DATABASE_URL", database_url)
    assert perkflow("channel", "key", "add", "A shop").exit_code == 2
    assert perkflow("channel", "key", "revoke", "key_none").exit_code == 1
    assert perkflow("channel", "key", "revoke", "key_none", "--after", "a day").exit_code == 2
    assert perkflow("channel", "key", "add", "shop", "--scope", "everything").exit_code == 2
    assert perkflow("channel", "key", "add", "shop", "--test", "--scope", "stock:read").exit_code == 1
