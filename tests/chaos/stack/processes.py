"""Our own processes under a fault run: workers and the gateway, killed, and started again if one ends."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from starter.stack.child import Child
from starter.stack.lock import Lock
from starter.stack.ports import accepts, free_port


def quiet(line: str) -> None:
    """Progress of parts is not shown: the run shows its own."""


READY = ("Polling ", " reports to ")
"""What a worker and the gateway say when they have all they need."""


@dataclass
class _Running:
    child: Child
    log_began: int
    """How long its log was when it was started."""

    def found_no_server(self) -> bool:
        """It refused to start, as it does while a server is away or too busy to answer in time."""
        said = self.child.log.read_bytes()[self.log_began :].decode(errors="replace")
        return not any(word in said for word in READY) and "Traceback" not in said


@dataclass
class Processes:
    """The ordinary commands, each with at most one defect put into it."""

    home: Path
    lock: Lock
    mutant: str
    gateway_port: int = field(default_factory=lambda: free_port(0))
    variables: dict[str, str] = field(default_factory=dict)
    found_no_server: int = 0
    """How often one was started again because a server had been away; that is no crash."""
    crashes: list[str] = field(default_factory=list)
    """What ended by itself, and not since it had found no server."""
    _workers: list[_Running] = field(default_factory=list)
    _gateway: _Running | None = None
    _away: int = 0
    _changing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def start(self, workers: int, variables: Mapping[str, str]) -> None:
        """Start all; return once the gateway listens."""
        self.variables = dict(variables)
        self._workers = [self._worker(number) for number in range(workers)]
        self._gateway = self._process("gateway", "gateway", "--port", str(self.gateway_port))
        while not accepts(self.gateway_port):
            self._gateway.child.check()
            await asyncio.sleep(0.1)

    async def kill_worker(self, chance: random.Random) -> None:
        """SIGKILL one worker and start another in its place."""
        index = chance.randrange(len(self._workers))
        async with self._changing:
            worker = self._workers[index].child
            os.kill(worker.pid, signal.SIGKILL)
            await worker.stop(grace=5, progress=quiet)
            self._workers[index] = self._worker(index)

    @contextmanager
    def server_away(self) -> Iterator[None]:
        """While a server is away, whatever starts finds none, and nothing is started again."""
        self._away += 1
        try:
            yield
        finally:
            self._away -= 1

    async def keep_running(self) -> None:
        """Start again whatever ended by itself, as soon as every server is there; until cancelled."""
        while True:
            await asyncio.sleep(0.3)
            if not self._away:
                await self._mend()

    async def stop(self) -> None:
        for running in [*self._workers, *([self._gateway] if self._gateway else [])]:
            await running.child.stop(grace=60, progress=quiet)

    async def _mend(self) -> None:
        async with self._changing:
            for index, worker in enumerate(self._workers):
                if worker.child.exit_code is not None:
                    self._why_it_ended(worker)
                    self._workers[index] = self._worker(index)
            if self._gateway is not None and self._gateway.child.exit_code is not None:
                self._why_it_ended(self._gateway)
                self._gateway = self._process("gateway", "gateway", "--port", str(self.gateway_port))

    def _why_it_ended(self, running: _Running) -> None:
        if running.found_no_server():
            self.found_no_server += 1
        else:
            self.crashes.append(f"{running.child.name} ended by itself with {running.child.exit_code}")

    def _worker(self, number: int) -> _Running:
        return self._process("worker", f"worker-{number}")

    def _process(self, command: str, name: str, *arguments: str) -> _Running:
        log = self.home / "logs" / f"{name}.log"
        log_began = log.stat().st_size if log.exists() else 0
        child = Child.start(
            name,
            [sys.executable, "-m", "tests.chaos.stack.process", self.mutant or "none", command, *arguments],
            log=log,
            lock=self.lock,
            env=self.variables,
        )
        return _Running(child, log_began)
