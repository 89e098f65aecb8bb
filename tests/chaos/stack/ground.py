"""What a fault run stands on: real servers and processes, each of which can be broken and mended."""

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from temporalio.client import Client
from temporalio.envconfig import ClientConfig

from settings import Settings
from simulator.faults.plan import FaultPlan
from simulator.registry import simulators
from simulator.serving.server import Simulators, running_simulators
from starter.codec import data_converter
from starter.desk.desk import Desk
from starter.stack import dev_secrets
from starter.stack.lock import Lock, held
from starter.stack.ports import LOOPBACK
from starter.stack.servers.postgres import running_postgres
from starter.stack.servers.temporal_binary import find_temporal
from starter.stack.servers.temporal_server import running_temporal
from storage.base import migrate
from storage.base.database import Database
from storage.base.sealing import Vault
from tests.chaos.stack.connections import CONNECTIONS, LADDER_SCALE
from tests.chaos.stack.processes import Processes, quiet
from tests.support.places import ROOT
from tests.support.servers.deployment import simulator_variables, vault_of
from workflows.search_attributes import ALL

KEYS = ("PERKFLOW_KEYRING", "PERKFLOW_FINGERPRINT_KEY")


@dataclass
class Ground:
    """Handles on the parts. `broken` counts what was done to them."""

    home: Path
    lock: Lock
    keys: dict[str, str]
    vault: Vault
    simulators: Simulators
    plan: FaultPlan
    processes: Processes
    broken: dict[str, int] = field(default_factory=dict)
    database: Database = field(init=False)
    client: Client = field(init=False)
    temporal_port: int = 0
    _postgres: AsyncExitStack = field(default_factory=AsyncExitStack)
    _temporal: AsyncExitStack = field(default_factory=AsyncExitStack)
    _temporal_pid: int = 0

    @property
    def desk(self) -> Desk:
        """The client of checkout systems and of support."""
        return Desk(self.client, self.database, self.vault)

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
        callbacks = f"http://{LOOPBACK}:{self.processes.gateway_port}"
        variables = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")},
            **self.keys,
            **simulator_variables(self.simulators),
            "CALLBACKS": callbacks,
            "PERKFLOW_WEBHOOKS_TO_LOOPBACK": "true",
            "PERKFLOW_HOME": str(self.home),
            "PERKFLOW_DATABASE_URL": url,
            "PERKFLOW_CONNECTIONS": str(self.home / "connections.yaml"),
            "TEMPORAL_ADDRESS": f"{LOOPBACK}:{self.temporal_port}",
            "TEMPORAL_CONFIG_FILE": os.devnull,
            "PYTHONPATH": str(ROOT),
        }
        config = ClientConfig.load_client_connect_config(override_env_vars=variables)
        self.client = await Client.connect(**config, data_converter=data_converter(self.vault))
        for name, supplier in self.simulators.items():
            supplier.report_to(f"{callbacks}/callbacks/{name}")
        await self.processes.start(workers, variables)

    async def start_database(self) -> str:
        """Start PostgreSQL on its files."""
        server = await self._postgres.enter_async_context(running_postgres(self.home, self.lock, quiet))
        return server.url

    async def stop_database(self, seconds: float) -> None:
        """Stop PostgreSQL, which ends every session, and start it again later."""
        with self.processes.server_away():
            await self._postgres.aclose()
            await asyncio.sleep(seconds)
            await self.start_database()
        self.count("database stops")

    async def start_temporal(self) -> None:
        """Start the server on its file, on the port it had."""
        binary = find_temporal(Settings(), quiet)
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
        with self.processes.server_away():
            os.kill(self._temporal_pid, signal.SIGKILL)
            await self._temporal.aclose()
            await asyncio.sleep(seconds)
            await self.start_temporal()
        self.count("server restarts")

    async def aclose(self) -> None:
        """Stop everything."""
        await self.processes.stop()
        await self.database.close()
        await self._temporal.aclose()
        await self._postgres.aclose()


@asynccontextmanager
async def ground(
    plan: FaultPlan, *, workers: int = 2, mutant: str = "", keep: Path | None = None
) -> AsyncIterator[Ground]:
    """A ground of its own, ready for orders; its folder is removed at the end unless it is to be kept.

    Its keys are in the folder, where `perkflow up` and every command with that PERKFLOW_HOME find them.
    """
    with tempfile.TemporaryDirectory(prefix="perkflow-chaos-") as folder:
        home = keep or Path(folder)
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o711)
        rich = {
            name: replace(
                each.account,
                opening_balance_minor=10**12,
                ladder_scale=LADDER_SCALE,
                credential_prefix=name.upper(),
            )
            for name, each in simulators().items()
        }
        with running_simulators(rich, ledger_path=home / "ledger.db", faults=plan) as running:
            async with held(home / "lock", busy="in use", wait=None, progress=quiet) as lock:
                keys = {name: dev_secrets.ensure(home)[name] for name in KEYS}
                processes = Processes(home, lock, mutant)
                made = Ground(home, lock, keys, vault_of(keys), running, plan, processes)
                try:
                    await made.start(workers)
                    yield made
                finally:
                    await made.aclose()
