"""A child process that is never lost: it logs to a file, is ended by its own id, and dies with its parent.

If the parent is SIGKILLed, Linux sends the child `dies_with` (PR_SET_PDEATHSIG). Elsewhere the child lives
on, but it still holds the lock it inherited, so that no second stack can start on the same data.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from starter.stack.lock import Lock
from starter.stack.progress import Progress, StackError, until

_PR_SET_PDEATHSIG = 1
_TAIL_LINES = 15


@dataclass(frozen=True, slots=True)
class Account:
    """A system user, by number."""

    uid: int
    gid: int


class Child:
    """One running process of ours. Start it on the main thread: Linux ties its life to the forking thread."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path, log_start: int) -> None:
        self.name = name
        self.log = log
        self._process = process
        self._log_start = log_start

    @classmethod
    def start(
        cls,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        lock: Lock,
        env: Mapping[str, str] | None = None,
        account: Account | None = None,
        dies_with: signal.Signals = signal.SIGKILL,
    ) -> "Child":
        """Starts `command` in a session of its own, so that Ctrl-C reaches us only and we choose the order.

        `account` is whom to run as, when we are root and the program refuses to be.
        """
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with log.open("ab") as output:
            log_start = output.tell()
            try:
                process = subprocess.Popen(
                    list(command),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=env,
                    user=account.uid if account else None,
                    group=account.gid if account else None,
                    extra_groups=[] if account else None,
                    start_new_session=True,
                    pass_fds=[lock.fd],
                    preexec_fn=dying_with_parent(dies_with),
                )
            except OSError as error:
                raise StackError(f"{name} cannot be started: {error}") from error
        return cls(name, process, log, log_start)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative is a signal's number."""
        return self._process.poll()

    def check(self) -> None:
        """Raises StackError with the end of its log if it is no longer running."""
        if self.exit_code is not None:
            raise StackError(f"{self.name} ended with exit code {self.exit_code}; {self._last_words()}")

    async def finish(self, within: float, progress: Progress) -> None:
        """Waits for a child that does one thing and ends; StackError if it fails or takes too long."""

        async def ended() -> bool:
            return self.exit_code is not None

        try:
            await until(ended, what=self.name, within=within, progress=progress)
        finally:
            await self.stop(grace=2, progress=progress)
        if self.exit_code != 0:
            self.check()

    async def stop(self, *, grace: float, progress: Progress, by: signal.Signals = signal.SIGTERM) -> None:
        """Asks it to end; after `grace` seconds kills it. Does nothing if it has ended."""

        async def ended() -> bool:
            return self.exit_code is not None

        if await ended():
            return
        self._process.send_signal(by)
        try:
            await until(ended, what=f"Stopping {self.name}", within=grace, progress=progress)
        except StackError:
            progress(f"{self.name} did not stop within {grace:.0f} s; killed")
        finally:
            if self.exit_code is None:
                self._process.kill()
                self._process.wait()

    def _last_words(self) -> str:
        with self.log.open("rb") as output:
            output.seek(self._log_start)
            lines = output.read().decode(errors="replace").splitlines()[-_TAIL_LINES:]
        return "\n  ".join([f"the end of {self.log}:", *lines]) if lines else f"{self.log} is empty"


def dying_with_parent(sent: signal.Signals) -> Callable[[], None] | None:
    """What a child calls before its program, so that Linux sends it this signal when we are gone."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def in_child() -> None:
        prctl(_PR_SET_PDEATHSIG, int(sent), 0, 0, 0)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return in_child
