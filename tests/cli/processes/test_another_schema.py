"""A database that another version made: whoever meets it says the way out, and changes nothing."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from settings import Settings
from starter.cli.errors import failure_of
from starter.cli.processes.worker import check_schema
from starter.not_ready import NotReady
from storage.base.database import Database
from storage.base.migrate import OtherSchema, head_revision
from tests.cli.running import Perkflow
from tests.support.servers.databases import prepare_database


@pytest.fixture
def theirs(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a database of another version, which this environment names."""
    monkeypatch.setenv("PERKFLOW_DATABASE_URL", database_url)
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("COMMENT ON TABLE alembic_version IS 'theirs'"))
    engine.dispose()
    return database_url


def way_out() -> str:
    return (
        "another version of Perkflow made the database, and nothing leads from there to this: stop the local "
        f"stack and remove {Settings().home}; with a database of your own, let PERKFLOW_DATABASE_URL name an "
        "empty one, or run the version that made this one"
    )


async def check(url: str) -> None:
    database = Database(url)
    try:
        await check_schema(database)
    finally:
        await database.close()


def test_migrate_says_the_way_out(theirs: str, perkflow: Perkflow, tmp_path: Path) -> None:
    ran = perkflow("migrate", "--json")
    assert (ran.exit_code, ran.failure["code"], ran.failure["detail"]) == (1, "not_ready", way_out())
    assert str(tmp_path / "home") in way_out()


def test_worker_and_gateway_say_the_way_out(theirs: str) -> None:
    with pytest.raises(OtherSchema) as met:
        asyncio.run(check(theirs))
    assert failure_of(met.value).detail == way_out()


def test_up_says_the_way_out(
    theirs: str, perkflow: Perkflow, temporal_binary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERKFLOW_TEMPORAL_BINARY", str(temporal_binary))
    for port in ("TEMPORAL_PORT", "UI_PORT", "GATEWAY_PORT", "SIMULATOR_PORT"):
        monkeypatch.setenv(f"PERKFLOW_{port}", "0")
    ran = perkflow("up")
    assert ran.exit_code == 1
    assert way_out() in " ".join(ran.err.split())


def test_a_worker_waits_for_a_migration_that_was_not_made_yet(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = prepare_database(postgres_url, "not-migrated-yet")
    asyncio.run(check(ours))
    monkeypatch.setattr("starter.cli.processes.worker.head_revision", lambda: "9999")
    said = f"at revision {head_revision()}, and this version needs 9999: run `perkflow migrate`$"
    with pytest.raises(NotReady, match=said):
        asyncio.run(check(ours))
