"""Bringing the database to today's schema. Only forward; a second run changes nothing.

The book carries the digest of the migrations that made it, as the comment on Alembic's own table. One that
others made, as by a version whose migrations were written anew before the first release, is told from an
earlier one of ours by that, and is not touched.
"""

import hashlib
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import OperationalError

from storage.base.unavailable import DatabaseUnavailable

FOUND = text(
    "SELECT version_num AS revision, obj_description('alembic_version'::regclass, 'pg_class') AS digest"
    " FROM alembic_version"
)
"""What a database says of its schema."""


class OtherSchema(Exception):
    """Other migrations than this code's made the schema."""

    def __init__(self) -> None:
        super().__init__(
            "another version of Perkflow made the database, and nothing leads from there to this"
        )


def upgrade(url: str) -> str:
    """Run all missing migrations, one process at a time, and return the revision the schema has now.

    Raises DatabaseUnavailable when the server is away, OtherSchema.
    """
    engine = create_engine(url, hide_parameters=True)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(7277)"))
            if inspect(connection).has_table("alembic_version"):
                for found in connection.execute(FOUND):
                    check_ours(found.revision, found.digest)
            command.upgrade(alembic_config(connection), "head")
            revision = head_revision()
            connection.execute(text(f"COMMENT ON TABLE alembic_version IS '{digest_of(revision)}'"))
            return revision
    except OperationalError as error:
        raise DatabaseUnavailable(
            "PostgreSQL cannot be reached: start it, or set PERKFLOW_DATABASE_URL to a running one"
        ) from error
    finally:
        engine.dispose()


def check_ours(revision: str, digest: str | None) -> None:
    """Raises OtherSchema for a schema that this code's migrations do not make, or go on from."""
    try:
        ours = digest_of(revision)
    except CommandError:
        raise OtherSchema from None
    if digest != ours:
        raise OtherSchema


def digest_of(revision: str) -> str:
    """The digest of the migrations up to a revision. Raises CommandError for one that is not ours."""
    newest_first = ScriptDirectory.from_config(_config()).walk_revisions("base", revision)
    together = hashlib.sha256()
    for script in reversed(list(newest_first)):
        together.update(Path(script.path).read_bytes())
    return together.hexdigest()


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration on an open connection; there is no alembic.ini to keep in step."""
    config = _config()
    config.attributes["connection"] = connection
    return config


def head_revision() -> str:
    """The newest revision this code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    return config
