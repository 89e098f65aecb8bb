"""Serves simulators on loopback: until a signal for the command line, in a thread for tests."""

import asyncio
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import uvicorn
from anyio.from_thread import start_blocking_portal

from simulator.connection import BreakableProtocol
from simulator.faults.plan import FaultPlan
from simulator.serving.app import build_app, shop_app
from simulator.serving.running import HOST, RunningSupplier, Simulators
from simulator.shop.accounts import (
    FULU_APP_KEY,
    FULU_SECRET,
    KAYIXIN_APP_ID,
    KAYIXIN_SECRET,
    fulu_account,
    kayixin_account,
)
from simulator.shop.counter import Shop
from simulator.shop.ledger import Ledger
from simulator.shop.purchase import SupplierConfig

__all__ = ["RunningSupplier", "Simulators", "build_app", "main", "running_simulators", "serve"]

_SHUTDOWN_SECONDS = 2


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
    faults: FaultPlan | None = None,
) -> Iterator[Simulators]:
    """Both suppliers in a background thread, for tests, under one plan of faults; port 0 takes a free one."""
    accounts = (kayixin or kayixin_account(), fulu or fulu_account())
    with (
        _listening(*accounts, ledger_path, kayixin_port, fulu_port) as both,
        start_blocking_portal() as portal,
    ):
        if faults is not None:
            both.kayixin.use_faults(faults)
            both.fulu.use_faults(faults)
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
    fulu_callback_url: str = "",
    ladder_scale: float = 1.0,
) -> None:
    """Serve both suppliers until SIGINT or SIGTERM, and say where; the secrets are not printed."""
    kayixin = replace(kayixin_account(kayixin_app_id, kayixin_secret), ladder_scale=ladder_scale)
    fulu = fulu_account(fulu_app_key, fulu_secret)
    fulu = replace(fulu, callback_url=fulu_callback_url, ladder_scale=ladder_scale)
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
        http=BreakableProtocol,
        lifespan="on",
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
