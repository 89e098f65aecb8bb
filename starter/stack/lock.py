"""Exclusive locks on files, which the kernel drops when the last process that holds them is gone.

Children inherit the lock of the data they work on. So a lock that can be taken proves that no process of an
earlier, perhaps killed, stack is left on that data.
"""

import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starter.stack.progress import Progress, StackError, until

_LEFTOVERS_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Lock:
    """A held lock: proof, for those who ask for one, that nobody else works on this data."""

    fd: int


def owner(path: Path) -> int | None:
    """The process that holds this lock and is alive, if any."""
    try:
        fd = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except BlockingIOError:
        return _living_owner(fd)
    finally:
        os.close(fd)


@asynccontextmanager
async def held(path: Path, *, busy: str, wait: float | None, progress: Progress) -> AsyncIterator[Lock]:
    """Holds the lock at `path`; `busy` says what it means when another living process has it.

    With `wait`, waits that many seconds for that process; without, raises StackError at once. Processes that
    a killed owner left behind are waited for in any case: they are about to end.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    async def taken() -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = _living_owner(fd)
            if wait is None and pid is not None:
                raise StackError(f"{busy} (process {pid})") from None
            return False
        return True

    what = busy if wait is not None else "Waiting for processes of a killed run to end"
    try:
        await until(taken, what=what, within=wait or _LEFTOVERS_SECONDS, progress=progress)
        os.ftruncate(fd, 0)
        os.pwrite(fd, str(os.getpid()).encode(), 0)
        try:
            yield Lock(fd)
        finally:
            os.ftruncate(fd, 0)
    finally:
        os.close(fd)


def _living_owner(fd: int) -> int | None:
    written = os.pread(fd, 20, 0)
    if not written.isdigit():
        return None
    try:
        os.kill(int(written), 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return int(written)
