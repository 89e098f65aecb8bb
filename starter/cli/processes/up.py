"""`perkflow up`: the whole stack on this machine, until Ctrl-C."""

import asyncio
import sys
from contextlib import suppress

import typer

from settings import Settings
from starter.cli.environment import read_environment
from starter.cli.output import AsJson, print_json
from starter.stack.stack import Stack, running_stack

app = typer.Typer()


@app.command()
def up(as_json: AsJson = False) -> None:
    """Run PostgreSQL, Temporal with its UI, supplier simulators, a worker and a gateway until Ctrl-C.

    The next start goes on where this one ended.
    """
    with suppress(KeyboardInterrupt):  # Ctrl-C is how it is meant to end
        asyncio.run(_up(read_environment(), as_json=as_json))


async def _up(settings: Settings, *, as_json: bool) -> None:
    async with running_stack(settings, progress=tell_progress) as stack:
        if as_json:
            print_json({**stack.info.model_dump(mode="json"), "home": str(settings.home)})
        else:
            _tell(stack, settings)
        await stack.until_stopped()


def tell_progress(line: str) -> None:
    """Progress goes to stderr, so that stdout holds the result alone."""
    print(line, file=sys.stderr, flush=True)


def _tell(stack: Stack, settings: Settings) -> None:
    rows = {
        "Temporal UI": stack.info.ui_address,
        "Temporal": stack.info.temporal_address,
        "PostgreSQL": stack.info.database_url,
        **{f"Simulator {name}": address for name, address in stack.info.simulators.items()},
        "Callbacks": f"{stack.info.gateway}/callbacks/",
        "Data and logs": settings.home,
    }
    for name, value in rows.items():
        print(f"{name + ':':20} {value or 'as the environment says'}")
    print("\nOther terminals find it by themselves, for example: perkflow order list")
    print("Ctrl-C stops all of it; the next start goes on where it was.", flush=True)
