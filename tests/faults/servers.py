"""A PostgreSQL and a Temporal server of a test's own, which it stops and starts again where they were."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from starter.stack.lock import Lock, held
from starter.stack.ports import free_port
from starter.stack.servers.postgres import running_postgres
from starter.stack.servers.temporal_server import running_temporal
from tests.support.servers.stacks import tell
from workflows.search_attributes import ALL


@dataclass
class Servers:
    """Both, on files that stay. `url` and `address` are the same after every start."""

    home: Path
    lock: Lock
    binary: Path
    port: int = field(default_factory=lambda: free_port(0))
    url: str = ""
    address: str = ""
    _running: dict[str, AsyncExitStack] = field(default_factory=dict)

    async def start(self, *names: str) -> None:
        """Start these: `postgres`, `temporal`."""
        for name in names:
            self._running[name] = AsyncExitStack()
            if name == "postgres":
                server = running_postgres(self.home, self.lock, tell)
                self.url = (await self._running[name].enter_async_context(server)).url
            else:
                temporal = running_temporal(
                    self.binary,
                    self.home,
                    self.lock,
                    tell,
                    search_attributes=ALL,
                    port=self.port,
                    ui_port=0,
                )
                self.address = (await self._running[name].enter_async_context(temporal)).address

    async def stop(self, *names: str) -> None:
        """Stop these; they have ended when this returns."""
        for name in names:
            await self._running.pop(name).aclose()

    async def aclose(self) -> None:
        """Stop what runs."""
        await self.stop(*self._running)


@asynccontextmanager
async def servers(binary: Path) -> AsyncIterator[Servers]:
    """Both, running; their folder is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="perkflow-") as folder:
        home = Path(folder)
        async with held(home / "lock", busy="in use", wait=None, progress=tell) as lock:
            made = Servers(home, lock, binary)
            try:
                await made.start("postgres", "temporal")
                yield made
            finally:
                await made.aclose()
