"""`perkflow sweep`: one round of the sweep from here, should the run that makes them not do it."""

import asyncio
from datetime import UTC, datetime

import typer

from activities.runs.adopt import Sweeper
from domain.messages import Swept
from domain.notes.sentences.acting import RunAgain
from domain.notes.sentences.sentence import Sentence
from domain.notes.sentences.sweeps import AllHaveRuns, HasNewRun, RunNotified
from settings import Settings
from starter.cli.context import connect
from starter.cli.environment import load_settings
from starter.cli.language import Lang
from starter.cli.output import AsJson, print_json, print_text

app = typer.Typer()


@app.command()
def sweep(as_json: AsJson = False, *, lang: Lang) -> None:
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
    mended: list[Sentence] = [
        *(RunAgain(number=each) for each in swept.orders),
        *(RunNotified(number=each) for each in swept.stuck),
        *(HasNewRun(number=each) for each in swept.replaced),
    ]
    for sentence in mended or [AllHaveRuns()]:
        print_text(sentence.say(lang))


async def _sweep(settings: Settings) -> Swept:
    async with connect(settings) as connected:
        sweeper = Sweeper(connected.temporal, connected.database, lambda: datetime.now(UTC), [])
        return await sweeper.one_round(Swept(orders=[]))
