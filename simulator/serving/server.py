"""Serves simulators on loopback: until a signal for the command line, in a thread for tests."""

import asyncio
import signal
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import uvicorn
from anyio.from_thread import start_blocking_portal

from simulator.calls.tcp import BreakableProtocol
from simulator.faults.plan import FaultPlan
from simulator.registry import played_as, simulators
from simulator.serving.app import build_app
from simulator.serving.running import HOST, RunningSupplier, Simulators
from simulator.shop.account import Account
from simulator.shop.ledger import Ledger
from simulator.shop.shop import Shop

__all__ = ["RunningSupplier", "Simulators", "main", "running_simulators", "serve"]

_SHUTDOWN_SECONDS = 2


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs several of them in one process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(suppliers: Sequence[RunningSupplier], stop: asyncio.Event) -> None:
    """Serve until `stop` is set, then end within moments, also while requests hang."""
    servers = [_Server(_config(supplier)) for supplier in suppliers]
    async with asyncio.TaskGroup() as running:
        for server, supplier in zip(servers, suppliers, strict=True):
            running.create_task(server.serve(sockets=[supplier.listener]))
        await stop.wait()
        for supplier in suppliers:
            supplier.shop.closing.set()
        for server in servers:
            server.should_exit = True


@contextmanager
def running_simulators(
    accounts: Mapping[str, Account] | None = None,
    *,
    ports: Mapping[str, int] | None = None,
    ledger_path: str | Path = ":memory:",
    faults: FaultPlan | None = None,
) -> Iterator[Simulators]:
    """Every supplier in a background thread, for tests, under one plan of faults.

    One without an account serves its own default, one without a port takes a free one.
    """
    defaults = {name: simulator.account for name, simulator in simulators().items()}
    with (
        _listening({**defaults, **(accounts or {})}, ports or {}, ledger_path) as all_of_them,
        start_blocking_portal() as portal,
    ):
        suppliers = list(all_of_them.values())
        if faults is not None:
            for supplier in suppliers:
                supplier.use_faults(faults)
        stop = portal.call(asyncio.Event)
        served = portal.start_task_soon(serve, suppliers, stop)
        try:
            yield all_of_them
        finally:
            portal.call(stop.set)
            served.result()


def main(accounts: Mapping[str, Account], ports: Mapping[str, int], ledger_path: str | Path) -> None:
    """Serve these accounts until SIGINT or SIGTERM, and say where; the secrets are not printed."""
    with _listening(accounts, ports, ledger_path) as all_of_them:
        print("\n".join(f"{name} {supplier.url}" for name, supplier in all_of_them.items()), flush=True)
        asyncio.run(_serve_until_signal(list(all_of_them.values())))


async def _serve_until_signal(suppliers: Sequence[RunningSupplier]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(suppliers, stop)


@contextmanager
def _listening(
    accounts: Mapping[str, Account], ports: Mapping[str, int], ledger_path: str | Path
) -> Iterator[Simulators]:
    """Ledgers open and ports bound: from here on a client's connection waits instead of being refused."""
    with ExitStack() as open_things:
        listening = {}
        for name, account in accounts.items():
            simulator = played_as(name)
            ledger = open_things.enter_context(closing(Ledger(ledger_path, name)))
            listener = open_things.enter_context(closing(_listen(ports.get(name, 0))))
            shop = Shop(simulator.vendor, account, ledger)
            listening[name] = RunningSupplier(simulator, shop, listener)
        yield Simulators(listening)


def _listen(port: int) -> socket.socket:
    listener = socket.create_server((HOST, port))
    listener.listen()
    return listener


def _config(supplier: RunningSupplier) -> uvicorn.Config:
    return uvicorn.Config(
        build_app(supplier.simulator, supplier.shop),
        log_level="warning",
        access_log=False,
        http=BreakableProtocol,
        lifespan="on",
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
