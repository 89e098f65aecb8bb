"""`perkflow migrate`: the database's schema."""

import typer

from starter.cli.environment import load_settings
from starter.cli.output import AsJson, print_json
from starter.stack.progress import StackError
from storage.base.migrate import upgrade

app = typer.Typer()


@app.command()
def migrate(as_json: AsJson = False) -> None:
    """Bring the database to today's schema; where it is already, nothing changes."""
    settings = load_settings()
    if settings.database_url is None:
        raise StackError("no database: set PERKFLOW_DATABASE_URL (`perkflow up` migrates its own)")
    revision = upgrade(settings.database_url.get_secret_value())
    if as_json:
        print_json({"revision": revision})
    else:
        print(f"The database is at revision {revision}.")
