"""Bringing the database to today's schema. Only forward; a second run changes nothing."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError

from storage.base.unavailable import DatabaseUnavailable


def upgrade(url: str) -> str:
    """Run all missing migrations, one process at a time, and return the revision the schema has now.

    Raises DatabaseUnavailable when the server is away.
    """
    engine = create_engine(url, hide_parameters=True)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(7277)"))
            config = alembic_config(connection)
            command.upgrade(config, "head")
            return MigrationContext.configure(connection).get_current_revision() or ""
    except OperationalError as error:
        raise DatabaseUnavailable(
            "PostgreSQL cannot be reached: start it, or set PERKFLOW_DATABASE_URL to a running one"
        ) from error
    finally:
        engine.dispose()


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration on an open connection; there is no alembic.ini to keep in step."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    config.attributes["connection"] = connection
    return config


def head_revision() -> str:
    """The newest revision this code knows."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    return ScriptDirectory.from_config(config).get_current_head() or ""
