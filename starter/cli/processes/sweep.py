"""`perkflow sweep`: one round of the sweep from here, should the run that makes them not do it."""

import asyncio
from datetime import UTC, datetime

import typer

from activities.runs.adopt import Sweeper
from domain.messages import Swept
from settings import Settings
from starter.cli.context import connect
from starter.cli.environment import load_settings
from starter.cli.output import AsJson, print_json

app = typer.Typer()


@app.command()
def sweep(as_json: AsJson = False) -> None:
    """Find orders and cases that do not go on, and mend them; once, from here.

    A worker does this every minute; both at once are harmless. A run that does not go on is told to read the
    book, and replaced by a later round if that did not help.
    """
    swept = asyncio.run(_sweep(load_settings()))
    if as_json:
        print_json(
            {
                "given_a_run": list(swept.orders),
                "notified": list(swept.stuck),
                "replaced": list(swept.replaced),
            }
        )
        return
    for numbers, what in (
        (swept.orders, "has a run again."),
        (swept.stuck, "does not go on: its run was told to read the book."),
        (swept.replaced, "did not go on though it was told: it has a new run."),
    ):
        for number in numbers:
            print(f"{number} {what}")
    if not (swept.orders or swept.stuck or swept.replaced):
        print("Every open order and case that has something to do has its run.")


async def _sweep(settings: Settings) -> Swept:
    async with connect(settings) as connected:
        sweeper = Sweeper(connected.temporal, connected.database, lambda: datetime.now(UTC), [])
        return await sweeper.one_round(Swept(orders=[]))
