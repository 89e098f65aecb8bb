"""Many keys are taken in with few statements, and told apart as when they come one by one."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import DBAPIError

from storage.base.database import Database
from storage.supply.pool_stock import TAKEN_AT_ONCE, Imported, ImportedKey, PoolStock
from storage.tables import PoolKey, PoolSecret
from tests.support.servers.deployment import fresh_keys, vault_of
from tests.support.world import World

NOW = datetime.now(UTC)


async def test_keys_are_known_within_a_step_across_steps_and_from_an_earlier_file(world: World) -> None:
    stock, many = PoolStock(world.database, world.vault), 2 * TAKEN_AT_ONCE + 1
    keys = [ImportedKey(cost=n, number=f"MANY-{world.token}-{n:04d}", password=f"p{n}") for n in range(many)]
    again = [ImportedKey(cost=1, number=f" many {world.token}{n:04d}\u200b") for n in (0, many - 1)]
    first = await stock.import_keys("pool", "many", [keys[0], *keys, again[0]], NOW)
    later = await stock.import_keys(
        "pool", "more", [*again, ImportedKey(cost=1, password="p7"), keys[7]], NOW
    )
    assert (first, later) == (Imported(many, 2), Imported(1, 3))
    assert await stock.level("pool", "many") == (many, many - 1)
    issued = await stock.issue("pool", "many", f"all-{world.token}", many)
    assert {(unit.number, unit.password) for unit in issued or ()} == {(k.number, k.password) for k in keys}


async def test_twelve_hundred_keys_take_ten_statements(database_url: str) -> None:
    database, vault, sent = Database(database_url), vault_of(fresh_keys()), list[str]()
    stock = PoolStock(database, vault)
    keys = [ImportedKey(cost=1, number=f"NUMBER-{n:05d}", password=f"PASSWORD-{n:05d}") for n in range(1200)]
    await stock.level("pool", "few")

    def noted(*executed: object) -> None:
        sent.append(str(executed[2]))

    event.listen(database._engine.sync_engine, "before_cursor_execute", noted)
    done = await stock.import_keys("pool", "few", keys, NOW)
    event.remove(database._engine.sync_engine, "before_cursor_execute", noted)
    async with database.transaction() as session:
        secrets = await session.scalar(select(func.count()).select_from(PoolSecret))
        sealed = await session.scalars(select(PoolKey.sealed))
        parts = vault.fingerprints.secrets("NUMBER-00700", "PASSWORD-00700", None)
        whose = select(PoolKey.fingerprint).join(PoolSecret).where(PoolSecret.fingerprint.in_(parts))
        wholes = list(await session.scalars(whose))
    await database.close()
    assert (done, secrets, len(set(sealed))) == (Imported(1200, 0), 4800, 1200)
    assert wholes == [vault.fingerprints.credential("NUMBER-00700", "PASSWORD-00700", None)] * 4
    assert [statement.split()[0] for statement in sent] == ["SELECT", *["SELECT", "INSERT", "INSERT"] * 3]


async def test_one_key_that_cannot_be_taken_in_takes_the_others_with_it(world: World) -> None:
    stock = PoolStock(world.database, world.vault)
    keys = [ImportedKey(cost=1, number=f"WHOLE-{world.token}-{n:04d}") for n in range(TAKEN_AT_ONCE)]
    keys.append(ImportedKey(cost=10**30, number=f"WHOLE-{world.token}-HUGE"))
    with pytest.raises(DBAPIError) as refused:
        await stock.import_keys("pool", "whole", keys, NOW)
    assert "WHOLE" not in str(refused.value)
    assert await stock.level("pool", "whole") == (0, 0)
