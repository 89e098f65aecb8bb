"""Several processes of one kind beside each other: a Python process uses one core.

They end together. Whoever ends this one ends them all, each by its own id, and one that ends without being
asked takes the others with it: whoever started this one then sees that it failed, and starts it again whole.
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Sequence

from starter.stack.child import dying_with_parent

FAILED = 1


async def run_together(name: str, command: Sequence[str], processes: int) -> int:
    """Run a command so many times until SIGINT or SIGTERM; the exit code.

    Each finishes what is under way before it ends. Only the first one's output is passed on, and what any of
    them says on stderr.
    """
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    running = [await _started(command, first=number == 0) for number in range(processes)]
    ends = [asyncio.create_task(process.wait()) for process in running]
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([*ends, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    unasked = [] if stop.is_set() else [process for process in running if process.returncode is not None]
    for process in unasked:
        print(f"{_ended(name, process)}; the others are ended too", file=sys.stderr, flush=True)
    for process in running:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
    await asyncio.gather(*ends)
    failed = [process for process in running if process.returncode != 0 and process not in unasked]
    for process in failed:
        print(_ended(name, process), file=sys.stderr, flush=True)
    return FAILED if unasked or failed else 0


async def _started(command: Sequence[str], *, first: bool) -> Process:
    """In a session of its own, so that Ctrl-C reaches this process only; it ends when this one is killed."""
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=DEVNULL,
        stdout=None if first else DEVNULL,
        start_new_session=True,
        preexec_fn=dying_with_parent(signal.SIGTERM),
        env=dict(os.environ),
    )


def _ended(name: str, process: Process) -> str:
    code = process.returncode
    how = f"by signal {-code}" if code is not None and code < 0 else f"with exit code {code}"
    return f"{name} {process.pid} ended {how}"
