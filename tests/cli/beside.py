"""Commands in processes of their own, while a test's own process works on orders.

Each is forked from a server that has loaded the command line already, which is quicker than starting Python.
A command in a thread of the test's process would exchange `sys.stdout` and end an event loop under Temporal's
threads, which now and then crashes the interpreter.
"""

import asyncio
import multiprocessing
import os
from functools import cache
from multiprocessing.connection import Connection

from typer.testing import CliRunner

from tests.cli.running import Ran

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        "tests.cli.beside",
        "temporalio.client",
        "temporalio.envconfig",
        "starter.codec",
        "starter.cli.app",
        "starter.cli.order.commands",
        "starter.cli.order.explain",
        "starter.cli.order.show",
        "starter.cli.supply.pool",
        "starter.desk.place",
        "starter.desk.act",
    ]
)


async def beside(*args: object) -> Ran:
    """Run `perkflow` with these arguments in this environment."""
    return await asyncio.to_thread(_forked, [str(arg) for arg in args])


@cache
def ready() -> None:
    """Have the server of forks loaded, so that the first command of a test does not wait for it."""
    assert _forked(["--help"]).exit_code == 0


def _forked(args: list[str]) -> Ran:
    answer, told = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=_command, args=(told, args, dict(os.environ)))
    process.start()
    told.close()
    try:
        ran: Ran = answer.recv()
        return ran
    except EOFError:
        process.join()
        raise AssertionError(f"`perkflow {' '.join(args)}` died: {process.exitcode}") from None
    finally:
        answer.close()
        process.join()


def _command(told: Connection, args: list[str], environment: dict[str, str]) -> None:
    from starter.cli import app

    os.environ.clear()
    os.environ.update(environment)
    result = CliRunner().invoke(app, args, prog_name="perkflow")
    told.send(Ran(result.exit_code, result.stdout, result.stderr))
    told.close()
    os._exit(0)
