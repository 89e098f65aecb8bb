"""What a fault run stands on: real servers and processes, each of which can be broken and mended."""

import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from temporalio.client import Client
from temporalio.envconfig import ClientConfig

from settings import Settings
from simulator.accounts import fulu_account, kayixin_account
from simulator.faults.plan import FaultPlan
from simulator.server import Simulators, running_simulators
from starter.client import PerkflowClient
from starter.codec import data_converter
from starter.stack.child import Child
from starter.stack.lock import Lock, held
from starter.stack.ports import LOOPBACK, accepts, free_port
from starter.stack.postgres import running_postgres
from starter.stack.temporal_binary import find_or_build
from starter.stack.temporal_server import running_temporal
from storage import migrate
from storage.database import Database
from storage.sealing import Vault
from tests.chaos.connections import CONNECTIONS, LADDER_SCALE
from tests.support.world import fresh_keys, simulator_variables, vault_of
from workflows.search_attributes import ALL

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 20.0
"""Seconds that a process may take to find out that a server is not there."""


def quiet(line: str) -> None:
    """Progress of parts is not shown: the run shows its own."""


@dataclass
class Ground:
    """Handles on the parts. `broken` counts what was done to them."""

    home: Path
    lock: Lock
    keys: dict[str, str]
    vault: Vault
    simulators: Simulators
    plan: FaultPlan
    mutant: str
    gateway_port: int
    broken: dict[str, int] = field(default_factory=dict)
    found_no_server: int = 0
    """How often a process of ours was started again because a server had been away; that is no crash."""
    crashes: list[str] = field(default_factory=list)
    """Processes that ended by themselves while every server was there."""
    database: Database = field(init=False)
    client: Client = field(init=False)
    temporal_port: int = 0
    variables: dict[str, str] = field(default_factory=dict)
    workers: list[Child] = field(default_factory=list)
    gateway: Child | None = None
    _postgres: AsyncExitStack = field(default_factory=AsyncExitStack)
    _temporal: AsyncExitStack = field(default_factory=AsyncExitStack)
    _temporal_pid: int = 0
    _away: int = 0
    _back_at: float = 0.0
    _changing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def desk(self) -> PerkflowClient:
        """The client of checkout systems and of support."""
        return PerkflowClient(self.client, self.database, self.vault)

    def count(self, what: str) -> None:
        """One more of these was done."""
        self.broken[what] = self.broken.get(what, 0) + 1

    async def start(self, workers: int) -> None:
        """Start everything, in order."""
        url = await self.start_database()
        await asyncio.to_thread(migrate.upgrade, url)
        self.database = Database(url)
        await self.start_temporal()
        (self.home / "connections.yaml").write_text(CONNECTIONS)
        self.variables = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")},
            **self.keys,
            **simulator_variables(self.simulators),
            "CALLBACKS": f"http://{LOOPBACK}:{self.gateway_port}",
            "PERKFLOW_HOME": str(self.home),
            "PERKFLOW_DATABASE_URL": url,
            "PERKFLOW_CONNECTIONS": str(self.home / "connections.yaml"),
            "TEMPORAL_ADDRESS": f"{LOOPBACK}:{self.temporal_port}",
            "TEMPORAL_CONFIG_FILE": os.devnull,
            "PYTHONPATH": str(ROOT),
        }
        config = ClientConfig.load_client_connect_config(override_env_vars=self.variables)
        self.client = await Client.connect(**config, data_converter=data_converter(self.vault.ring))
        for number in range(workers):
            self.workers.append(self._process("worker", f"worker-{number}"))
        self.gateway = self._process("gateway", "gateway", "--port", str(self.gateway_port))
        self.simulators.fulu.report_to(f"http://{LOOPBACK}:{self.gateway_port}/callbacks/fulu")
        while not accepts(self.gateway_port):
            self.gateway.check()
            await asyncio.sleep(0.1)

    async def start_database(self) -> str:
        """Start PostgreSQL on its files."""
        server = await self._postgres.enter_async_context(running_postgres(self.home, self.lock, quiet))
        return server.url

    async def stop_database(self, seconds: float) -> None:
        """Stop PostgreSQL, which ends every session, and start it again later."""
        async with self._server_away():
            await self._postgres.aclose()
            await asyncio.sleep(seconds)
            await self.start_database()
        self.count("database stops")

    async def start_temporal(self) -> None:
        """Start the server on its file, on the port it had."""
        binary = await find_or_build(Settings(), quiet)
        server = await self._temporal.enter_async_context(
            running_temporal(
                binary,
                self.home,
                self.lock,
                quiet,
                search_attributes=ALL,
                port=self.temporal_port,
                ui_port=0,
            )
        )
        self.temporal_port = int(server.address.rpartition(":")[2])
        self._temporal_pid = server.child.pid

    async def kill_temporal(self, seconds: float) -> None:
        """SIGKILL the server, and start it again on its file later."""
        async with self._server_away():
            os.kill(self._temporal_pid, signal.SIGKILL)
            await self._temporal.aclose()
            await asyncio.sleep(seconds)
            await self.start_temporal()
        self.count("server restarts")

    async def kill_worker(self, chance: random.Random) -> None:
        """SIGKILL one worker and start another in its place."""
        index = chance.randrange(len(self.workers))
        async with self._changing:
            os.kill(self.workers[index].pid, signal.SIGKILL)
            await self.workers[index].stop(grace=5, progress=quiet)
            self.workers[index] = self._process("worker", f"worker-{index}")
        self.count("worker kills")

    async def mend(self) -> None:
        """Start again whatever ended by itself, as soon as every server is there."""
        if self._away:
            return
        async with self._changing:
            for index, worker in enumerate(self.workers):
                if worker.exit_code is not None:
                    self._why_it_ended(worker)
                    self.workers[index] = self._process("worker", f"worker-{index}")
            if self.gateway is not None and self.gateway.exit_code is not None:
                self._why_it_ended(self.gateway)
                self.gateway = self._process("gateway", "gateway", "--port", str(self.gateway_port))

    async def keep_running(self) -> None:
        """Mend, until cancelled."""
        while True:
            await asyncio.sleep(0.3)
            await self.mend()

    def _why_it_ended(self, child: Child) -> None:
        """A process that starts while a server is away refuses to; anything else is a crash."""
        if time.monotonic() < self._back_at + STARTS_WITHIN:
            self.found_no_server += 1
        else:
            self.crashes.append(f"{child.name} ended by itself with {child.exit_code}")

    @asynccontextmanager
    async def _server_away(self) -> AsyncIterator[None]:
        self._away += 1
        try:
            yield
        finally:
            self._away -= 1
            self._back_at = time.monotonic()

    async def stop_processes(self) -> None:
        """Stop what is ours; the servers stay."""
        for child in [*self.workers, *([self.gateway] if self.gateway else [])]:
            await child.stop(grace=25, progress=quiet)

    async def aclose(self) -> None:
        """Stop everything."""
        await self.stop_processes()
        await self.database.close()
        await self._temporal.aclose()
        await self._postgres.aclose()

    def _process(self, command: str, name: str, *arguments: str) -> Child:
        return Child.start(
            name,
            [sys.executable, "-m", "tests.chaos.process", self.mutant or "none", command, *arguments],
            log=self.home / "logs" / f"{name}.log",
            lock=self.lock,
            env=self.variables,
        )


@asynccontextmanager
async def ground(
    plan: FaultPlan, *, workers: int = 2, mutant: str = "", keep: Path | None = None
) -> AsyncIterator[Ground]:
    """A ground of its own, ready for orders; its folder is removed at the end unless it is to be kept."""
    keys = fresh_keys()
    with tempfile.TemporaryDirectory(prefix="perkflow-chaos-") as folder:
        home = keep or Path(folder)
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o711)
        kayixin, fulu = kayixin_account(), fulu_account()
        rich = {"opening_balance_minor": 10**12, "ladder_scale": LADDER_SCALE}
        with running_simulators(
            kayixin=replace(kayixin, credential_prefix="KX", **rich),  # type: ignore[arg-type]
            fulu=replace(fulu, credential_prefix="FL", **rich),  # type: ignore[arg-type]
            ledger_path=home / "ledger.db",
            faults=plan,
        ) as simulators:
            async with held(home / "lock", busy="in use", wait=None, progress=quiet) as lock:
                made = Ground(home, lock, keys, vault_of(keys), simulators, plan, mutant, free_port(0))
                try:
                    await made.start(workers)
                    yield made
                finally:
                    await made.aclose()
