"""`perkflow up`: the whole stack on this machine, until Ctrl-C."""

import asyncio
import sys
from contextlib import suppress

import typer

from domain.access import SELLING, Scope
from settings import Settings
from starter.cli.environment import read_environment
from starter.cli.output import AsJson, print_json
from starter.desk.channels.keys import RATE_PER_MINUTE, ChannelKeys
from starter.stack import dev_secrets
from starter.stack.stack import Stack, running_stack
from storage.base.database import Database
from storage.channels.keys import Grant

TEST_CHANNEL = "test-shop"
_MAY = (*SELLING, Scope.TIMELINE_READ, Scope.SUPPORT)

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
        key = await _test_key(stack, settings)
        if as_json:
            known = stack.info.model_dump(mode="json")
            print_json({**known, "home": str(settings.home), "test_key": key})
        else:
            _tell(stack, settings, key)
        await stack.until_stopped()


async def _test_key(stack: Stack, settings: Settings) -> str | None:
    """A key of a test channel, made once in this home's own database; None where that is somebody else's."""
    if stack.info.database_url is None:
        return None
    secret = dev_secrets.read(settings.home)[dev_secrets.TEST_KEY]
    grant = Grant(TEST_CHANNEL, False, _MAY, RATE_PER_MINUTE, "of perkflow up", "perkflow up")
    database = Database(stack.info.database_url)
    try:
        await ChannelKeys(database).ensure(secret, grant)
    finally:
        await database.close()
    return secret


def tell_progress(line: str) -> None:
    """Progress goes to stderr, so that stdout holds the result alone."""
    print(line, file=sys.stderr, flush=True)


def _tell(stack: Stack, settings: Settings, key: str | None) -> None:
    rows = {
        "Temporal UI": stack.info.ui_address,
        "Temporal": stack.info.temporal_address,
        "PostgreSQL": stack.info.database_url,
        **{f"Simulator {name}": address for name, address in stack.info.simulators.items()},
        **{f"Simulator {name}": address for name, address in stack.info.sandboxes.items()},
        "HTTP API": f"{stack.info.gateway}/v1",
        "Test key": f"{key} (channel {TEST_CHANNEL})" if key else "perkflow channel key add CHANNEL --test",
        "Callbacks": f"{stack.info.gateway}/callbacks/",
        "Data and logs": settings.home,
    }
    for name, value in rows.items():
        print(f"{name + ':':27} {value or 'as the environment says'}")
    print("\nOther terminals find it by themselves, for example: perkflow order list")
    print("Ctrl-C stops all of it; the next start goes on where it was.", flush=True)
