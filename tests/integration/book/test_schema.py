"""The book says which migrations made it: what others made is left as it is."""

import shutil
from pathlib import Path

import pytest
from alembic.config import Config
from sqlalchemy import create_engine, inspect, text

from storage.base import migrate

LATER = '''"""Later"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table("later", sa.Column("id", sa.String(), primary_key=True))
'''


@pytest.fixture
def migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations, which this code takes for its own."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(migrate.__file__).parents[1] / "migrations", folder)
    config = Config()
    config.set_main_option("script_location", str(folder))
    monkeypatch.setattr(migrate, "_config", lambda: config)
    return folder / "versions"


def said(url: str) -> tuple[str, str | None]:
    """The revision that a database is at, and the digest that it carries."""
    engine = create_engine(url)
    with engine.begin() as connection:
        found = connection.execute(migrate.FOUND).one()
    engine.dispose()
    return found.revision, found.digest


def run(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_a_migrated_book_carries_the_digest_of_what_made_it(database_url: str) -> None:
    newest = migrate.head_revision()
    assert said(database_url) == (newest, migrate.digest_of(newest))


def test_a_later_migration_goes_on_from_a_book_of_an_earlier_one(database_url: str, migrations: Path) -> None:
    _, before = said(database_url)
    (migrations / "0002_later.py").write_text(LATER)
    assert migrate.digest_of("0001") == before
    assert migrate.upgrade(database_url) == "0002"
    assert said(database_url) == ("0002", migrate.digest_of("0002"))
    assert migrate.digest_of("0002") != before


def test_a_book_that_was_made_otherwise_is_not_touched(database_url: str, migrations: Path) -> None:
    [first] = migrations.glob("0001_*.py")
    first.write_text(first.read_text() + "\n# written anew\n")
    (migrations / "0002_later.py").write_text(LATER)
    before = said(database_url)
    with pytest.raises(migrate.OtherSchema):
        migrate.upgrade(database_url)
    assert said(database_url) == before
    assert "later" not in inspect(create_engine(database_url)).get_table_names()


@pytest.mark.parametrize(
    "change",
    ["UPDATE alembic_version SET version_num = '0014'", "COMMENT ON TABLE alembic_version IS NULL"],
    ids=["at a revision that is not ours", "without a digest"],
)
def test_a_book_that_does_not_say_what_made_it_is_not_ours(database_url: str, change: str) -> None:
    run(database_url, change)
    with pytest.raises(migrate.OtherSchema):
        migrate.upgrade(database_url)
