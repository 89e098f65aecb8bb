"""Processes of tests: whatever becomes of the test, they have ended after it."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

GRACE = 30.0
"""Seconds that a process has between SIGTERM and SIGKILL."""


@asynccontextmanager
async def ending(process: asyncio.subprocess.Process) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that is told to end after the block if it still runs then, and killed if it does not."""
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), GRACE)
            except TimeoutError:
                process.kill()
                await process.wait()


@contextmanager
def killed_after(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """A process that is killed after the block if it still runs then."""
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
