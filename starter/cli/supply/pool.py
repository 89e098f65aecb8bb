"""`perkflow pool`: our own stock of keys."""

import asyncio
import sys
from collections.abc import Iterable
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
from starter.cli.supply import stock
from starter.cli.supply.pool_file import HIGHEST_COST, KeyFile, KeyFormat, read_keys
from starter.cli.supply.progress import Progress
from starter.cli.supply.wake import tell_runs
from starter.connect import open_vault
from starter.outlines import read_outlines
from storage.contracts.bundles import current_catalogue
from storage.supply.pool_stock import Imported, ImportedKey, PoolStock
from storage.supply.restock import wake_for_product

_LINES_NAMED = 5

app = typer.Typer(help="Our own stock of keys.", no_args_is_help=True)
app.command("list")(stock.list_)


@app.command("import")
def import_(
    connection: Annotated[str, typer.Argument(help="A connection with the protocol `pool`.")],
    product: Annotated[str, typer.Argument(help="The product code that offers in the catalogue name.")],
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A table with the header number,password,link,expires_at,cost, its columns apart by commas, "
            "semicolons or tabs; or a list, one key a line. In UTF-8, UTF-16 or GBK.",
        ),
    ],
    form: Annotated[
        KeyFormat,
        typer.Option(
            "--format",
            help="`csv`: a table. Lists: `lines` has one key a line, `pairs` a number and a password, apart "
            "by ----, a tab, a semicolon or a comma. `auto`: a table by its header; "
            "a .txt without one is a list.",
        ),
    ] = KeyFormat.AUTO,
    cost: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=HIGHEST_COST,
            help="What one key costs, in minor units, where the file does not say: 2600 for 26.00.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take keys into stock, all of a file or none; a key that was ever taken in before is passed over.

    So is a key that has expired; how many have is said.
    """
    progress = Progress()
    read, now = read_keys(file, form, cost, progress), datetime.now(UTC)
    settings = load_settings()
    outline = read_outlines(settings).get(connection)
    if outline is None or outline.protocol != PROTOCOL.name:
        raise Usage(f"{connection} is not a connection with the protocol pool; see `perkflow supplier list`")
    usable, place = read.usable(now), f"{connection}/{product}"
    keys = progress.counting(place, usable, f" of {len(usable)}")
    done, woken = asyncio.run(_import_and_wake(settings, connection, product, keys))
    _remark(read, now)
    if as_json:
        counts = {"added": done.added, "known": done.known, "expired": len(read.expired(now)), "woken": woken}
        print_json({"connection": connection, "product": product, **counts})
    else:
        goes_on = f"; {woken} held for them go on" if woken else ""
        print(f"{place}: {done.added} keys added, {done.known} known already{goes_on}.")


def _remark(read: KeyFile, now: datetime) -> None:
    """What whoever has the file should know of it, on stderr."""
    if read.encoding != "UTF-8":
        print(f"The file was read as {read.encoding}.", file=sys.stderr)
    lines = read.expired(now)
    if lines:
        are = "is expired already and was" if len(lines) == 1 else "are expired already and were"
        of_them = "line" if len(lines) == 1 else "lines"
        more = f" and {len(lines) - _LINES_NAMED} more" if len(lines) > _LINES_NAMED else ""
        named = ", ".join(map(str, lines[:_LINES_NAMED])) + more
        print(
            f"{len(lines)} of {len(read.keys)} {are} not taken in ({of_them} {named}). "
            "Where only the year is mistyped, correct expires_at and import the file again.",
            file=sys.stderr,
        )


async def _import_and_wake(
    settings: Settings, connection: str, product: str, keys: Iterable[ImportedKey]
) -> tuple[Imported, int]:
    """Take keys in, and let go on who waited for them, the oldest order first."""
    done = await import_keys(settings, connection, product, keys)
    async with open_book(settings) as database:
        available, _ = await PoolStock(database, open_vault(settings)).level(connection, product)
        woken = await wake_for_product(database, connection, product, available, datetime.now(UTC))
    await tell_runs(settings, woken)
    return done, len(woken)


async def import_keys(
    settings: Settings, connection: str, product: str, keys: Iterable[ImportedKey]
) -> Imported:
    """Take keys into the stock of the book that the settings name."""
    async with open_book(settings) as database:
        async with database.transaction() as session:
            catalogue = await current_catalogue(session)
        offered = read_outlines(settings)[connection].sandbox_of or connection
        case_sensitive = catalogue is not None and catalogue.is_case_sensitive(offered, product)
        return await PoolStock(database, open_vault(settings)).import_keys(
            connection, product, keys, datetime.now(UTC), case_sensitive=case_sensitive
        )
