"""`perkflow demo`: from a stack to settled orders and a reckoning, in one run."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import typer

from domain.notes.words import Language
from settings import Settings
from starter.cli.context import Connected, connect
from starter.cli.demo.afterwards import afterwards
from starter.cli.demo.files import CONNECTIONS
from starter.cli.demo.play import play
from starter.cli.demo.progress import Progress
from starter.cli.demo.reckoning import reckon
from starter.cli.demo.scenes import new_run, scenes
from starter.cli.demo.shop import open_shop
from starter.cli.demo.stage import set_stage
from starter.cli.demo.summary import Ended, Summary, orders_in_the_book, summary_of
from starter.cli.demo.words import print_summary
from starter.cli.environment import adopt, read_environment
from starter.cli.errors import REFUSED, Usage
from starter.cli.language import Lang
from starter.cli.output import AsJson, print_json
from starter.cli.processes.up import tell_progress
from starter.outlines import read_outlines
from starter.stack.info import StackInfo, running
from starter.stack.stack import running_stack

app = typer.Typer()


@app.command()
def demo(as_json: AsJson = False, *, lang: Lang) -> None:
    """Sell example orders over HTTP, watch them, and compare the book with the suppliers' ledgers.

    Starts the stack and stops it at the end, unless `perkflow up` runs already. Ends with 0 only if every
    order went as it should and the book equals the ledgers.
    """
    settings = read_environment()
    if settings.connections is not None and settings.connections.resolve() != CONNECTIONS.resolve():
        raise Usage("the demo buys from the simulators only: unset PERKFLOW_CONNECTIONS")
    summary = asyncio.run(_demo(settings, lang, as_json=as_json))
    if not summary.ok:
        raise typer.Exit(REFUSED)


async def _demo(settings: Settings, lang: Language, *, as_json: bool) -> Summary:
    started = time.monotonic()
    async with _stack(settings) as info:
        adopt(settings, info)
        settings = read_environment()
        async with connect(settings) as connected:
            summary = await _run(settings, connected, info, lang, to_stderr=as_json)
        summary.seconds = round(time.monotonic() - started, 1)
        if as_json:
            print_json(summary.model_dump(mode="json"))
        else:
            print_summary(summary, lang)
    return summary


@asynccontextmanager
async def _stack(settings: Settings) -> AsyncIterator[StackInfo]:
    """The stack that runs on this home, or one of our own until the end."""
    info = running(settings)
    if info is not None:
        tell_progress(f"Using the stack that runs on {settings.home} (process {info.pid})")
        yield info
        return
    async with running_stack(settings, progress=tell_progress) as stack:
        yield stack.info


async def _run(
    settings: Settings, connected: Connected, info: StackInfo, lang: Language, *, to_stderr: bool
) -> Summary:
    await set_stage(settings, connected)
    run = new_run()
    progress = Progress(sys.stderr if to_stderr else sys.stdout)
    async with open_shop(connected.database, info.gateway) as shop:
        played = await play(shop, scenes(run), progress)
        orders = await orders_in_the_book(connected.database, played)
        after = await afterwards(shop, info.gateway, played, lang)
    reckoning = await reckon(connected.database, info, read_outlines(settings, CONNECTIONS))
    ended = Ended(played, orders, after, reckoning)
    return await summary_of(connected, run, ended, info.ui_address, settings.home)
