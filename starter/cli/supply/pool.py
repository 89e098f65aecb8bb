"""`perkflow pool`: our own stock of keys."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from adapters.pool import PROTOCOL
from settings import Settings
from starter.cli.context import open_book
from starter.cli.environment import load_settings
from starter.cli.errors import Usage
from starter.cli.output import AsJson, print_json
from starter.cli.supply.pool_file import read_keys
from starter.cli.supply.wake import tell_runs
from starter.connect import open_vault
from starter.outlines import read_outlines
from storage.contracts.bundles import current_catalogue
from storage.supply.pool_stock import Imported, ImportedKey, PoolStock
from storage.supply.restock import wake_for_product

app = typer.Typer(help="Our own stock of keys.", no_args_is_help=True)


@app.callback()
def pool() -> None:
    """Keeps `import` a word of its own, though it is the only one yet."""


@app.command("import")
def import_(
    connection: Annotated[str, typer.Argument(help="A connection with the protocol `pool`.")],
    product: Annotated[str, typer.Argument(help="The product code that offers in the catalogue name.")],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV with the header number,password,link,expires_at,cost.")
    ],
    as_json: AsJson = False,
) -> None:
    """Take keys into stock, all of a file or none; a key that was ever taken in before is passed over."""
    keys = read_keys(file)
    settings = load_settings()
    outline = read_outlines(settings).get(connection)
    if outline is None or outline.protocol != PROTOCOL.name:
        raise Usage(f"{connection} is not a connection with the protocol pool; see `perkflow supplier list`")
    done, woken = asyncio.run(_import_and_wake(settings, connection, product, keys))
    if as_json:
        counts = {"added": done.added, "known": done.known, "woken": woken}
        print_json({"connection": connection, "product": product, **counts})
    else:
        goes_on = f"; {woken} held for them go on" if woken else ""
        print(f"{connection}/{product}: {done.added} keys added, {done.known} known already{goes_on}.")


async def _import_and_wake(
    settings: Settings, connection: str, product: str, keys: Sequence[ImportedKey]
) -> tuple[Imported, int]:
    """Take keys in, and let go on who waited for them, the oldest order first."""
    done = await import_keys(settings, connection, product, keys)
    async with open_book(settings) as database:
        available, _ = await PoolStock(database, open_vault(settings)).level(connection, product)
        woken = await wake_for_product(database, connection, product, available, datetime.now(UTC))
    await tell_runs(settings, woken)
    return done, len(woken)


async def import_keys(
    settings: Settings, connection: str, product: str, keys: Sequence[ImportedKey]
) -> Imported:
    """Take keys into the stock of the book that the settings name."""
    async with open_book(settings) as database:
        async with database.transaction() as session:
            catalogue = await current_catalogue(session)
        case_sensitive = catalogue is not None and catalogue.is_case_sensitive(connection, product)
        stock = PoolStock(database, open_vault(settings))
        return await stock.import_keys(
            connection, product, keys, datetime.now(UTC), case_sensitive=case_sensitive
        )
