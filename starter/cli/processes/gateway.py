"""`perkflow gateway`: the HTTP address of channels, and of suppliers' callbacks."""

import os
import socket
from functools import partial
from typing import Annotated

import typer
import uvloop
from prometheus_client import CollectorRegistry

from adapters.registry import build_all, supply_of
from settings import Settings
from starter.cli.context import connect
from starter.cli.environment import load_settings
from starter.cli.output import AsJson, print_json
from starter.cli.processes.worker import check_schema, set_up_logging
from starter.connect import read_connections
from starter.gateway.access.rates import Rates
from starter.gateway.app import build_gateway
from starter.gateway.metrics.app import metrics_app
from starter.gateway.metrics.book import BookMetrics, read_gauges
from starter.gateway.serve import listen, serve, serving_beside
from starter.gateway.service import Service
from starter.outlines import read_outlines
from starter.stack.progress import StackError
from storage.supply.pool_stock import PoolStock

app = typer.Typer()


@app.command()
def gateway(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8380,
    metrics_host: Annotated[str, typer.Option(help="The address to serve metrics at.")] = "127.0.0.1",
    metrics_port: Annotated[
        int | None,
        typer.Option(help="A port for Prometheus, not to be published; unset: none.", min=1, max=65535),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Serve channels and take suppliers' callbacks, over HTTP, until Ctrl-C or SIGTERM.

    Channels call /v1, suppliers /callbacks/CONNECTION.

    A callback is verified, stored and passed on to its order's run before it is acknowledged.
    """
    settings = load_settings()
    set_up_logging(settings)
    metrics = (metrics_host, metrics_port) if metrics_port is not None else None
    uvloop.run(_serve(settings, host, port, metrics, as_json=as_json))


async def _serve(
    settings: Settings, host: str, port: int, metrics: tuple[str, int] | None, *, as_json: bool
) -> None:
    connections = read_connections(settings)
    async with connect(settings) as connected:
        await check_schema(connected.database)
        await connected.desk.runs.check_keys()
        listener = _listen(host, port)
        scraped = _listen(*metrics) if metrics is not None else None
        registry = CollectorRegistry() if scraped is not None else None
        suppliers = build_all(connections, PoolStock(connected.database, connected.vault))
        service = Service(
            connected.desk,
            connected.database,
            outlines=read_outlines(settings),
            supply=supply_of(connections, suppliers),
            rates=Rates(settings.gateway_processes),
            public_url=settings.public_url,
        )
        addresses = {name: f"http://{host}:{port}/callbacks/{name}" for name in connections}
        if as_json:
            print_json({"callbacks": addresses})
        else:
            print("\n".join(f"{name} reports to {url}" for name, url in addresses.items()), flush=True)
        try:
            app = build_gateway(service, suppliers, registry)
            if scraped is None or registry is None:
                await serve(app, listener)
                return
            book = BookMetrics(partial(read_gauges, connected.database))
            async with serving_beside(metrics_app(registry, book), scraped):
                await serve(app, listener)
        finally:
            for supplier in suppliers.values():
                await supplier.aclose()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise StackError(f"the gateway cannot listen on {host} port {port}: {reason}") from None
