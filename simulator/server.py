"""Serves simulators on loopback: until a signal for the command line, in a thread for tests."""

import asyncio
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from anyio.from_thread import start_blocking_portal

from simulator.accounts import (
    FULU_APP_KEY,
    FULU_SECRET,
    KAYIXIN_APP_ID,
    KAYIXIN_SECRET,
    fulu_account,
    kayixin_account,
)
from simulator.app import build_app, shop_app
from simulator.ledger import Ledger
from simulator.products import Product
from simulator.purchase import SupplierConfig
from simulator.shop import Shop

__all__ = ["RunningSupplier", "Simulators", "build_app", "main", "running_simulators", "serve"]

HOST = "127.0.0.1"
_SHUTDOWN_SECONDS = 2


@dataclass(frozen=True, slots=True)
class RunningSupplier:
    """One supplier's server and what is behind it. `url` is the client's base URL."""

    shop: Shop
    listener: socket.socket
    path: str = ""

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    @property
    def origin(self) -> str:
        """Where the `/_admin` paths are."""
        return f"http://{HOST}:{self.port}"

    @property
    def url(self) -> str:
        return self.origin + self.path

    @property
    def ledger(self) -> Ledger:
        return self.shop.ledger

    @property
    def products(self) -> dict[str, Product]:
        return self.shop.products

    @property
    def app_id(self) -> str:
        return self.shop.config.app_id

    @property
    def secret(self) -> str:
        return self.shop.config.secret


@dataclass(frozen=True, slots=True)
class Simulators:
    """Both suppliers, listening."""

    kayixin: RunningSupplier
    fulu: RunningSupplier


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs several of them in one process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(suppliers: Sequence[RunningSupplier], stop: asyncio.Event) -> None:
    """Serve until `stop` is set, then end within moments, also while requests hang."""
    servers = [_Server(_config(supplier.shop)) for supplier in suppliers]
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
    *,
    kayixin: SupplierConfig | None = None,
    fulu: SupplierConfig | None = None,
    ledger_path: str | Path = ":memory:",
    kayixin_port: int = 0,
    fulu_port: int = 0,
) -> Iterator[Simulators]:
    """Both suppliers in a background thread, for tests; port 0 takes a free one."""
    accounts = (kayixin or kayixin_account(), fulu or fulu_account())
    with (
        _listening(*accounts, ledger_path, kayixin_port, fulu_port) as both,
        start_blocking_portal() as portal,
    ):
        stop = portal.call(asyncio.Event)
        served = portal.start_task_soon(serve, [both.kayixin, both.fulu], stop)
        try:
            yield both
        finally:
            portal.call(stop.set)
            served.result()


def main(
    *,
    kayixin_port: int,
    fulu_port: int,
    ledger_path: str | Path,
    kayixin_app_id: str = KAYIXIN_APP_ID,
    kayixin_secret: str = KAYIXIN_SECRET,
    fulu_app_key: str = FULU_APP_KEY,
    fulu_secret: str = FULU_SECRET,
) -> None:
    """Serve both suppliers until SIGINT or SIGTERM, and say where; the secrets are not printed."""
    kayixin = kayixin_account(kayixin_app_id, kayixin_secret)
    fulu = fulu_account(fulu_app_key, fulu_secret)
    with _listening(kayixin, fulu, ledger_path, kayixin_port, fulu_port) as both:
        print(f"kayixin {both.kayixin.url}\nfulu {both.fulu.url}", flush=True)
        asyncio.run(_serve_until_signal([both.kayixin, both.fulu]))


async def _serve_until_signal(suppliers: Sequence[RunningSupplier]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(suppliers, stop)


@contextmanager
def _listening(
    kayixin: SupplierConfig, fulu: SupplierConfig, ledger_path: str | Path, kayixin_port: int, fulu_port: int
) -> Iterator[Simulators]:
    """Ledgers open and ports bound: from here on a client's connection waits instead of being refused."""
    with (
        closing(Ledger(ledger_path, "kayixin")) as kayixin_ledger,
        closing(Ledger(ledger_path, "fulu")) as fulu_ledger,
        closing(_listen(kayixin_port)) as kayixin_listener,
        closing(_listen(fulu_port)) as fulu_listener,
    ):
        yield Simulators(
            RunningSupplier(Shop("kayixin", kayixin, kayixin_ledger), kayixin_listener),
            RunningSupplier(Shop("fulu", fulu, fulu_ledger), fulu_listener, "/api/getway"),
        )


def _listen(port: int) -> socket.socket:
    listener = socket.create_server((HOST, port))
    listener.listen()
    return listener


def _config(shop: Shop) -> uvicorn.Config:
    return uvicorn.Config(
        shop_app(shop),
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
