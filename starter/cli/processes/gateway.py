"""`perkflow gateway`: the HTTP address that suppliers send callbacks to."""

import asyncio
import os
import socket
from typing import Annotated

import typer

from adapters.registry import build_all
from settings import Settings
from starter.cli.context import connect
from starter.cli.environment import load_settings
from starter.cli.output import AsJson, print_json
from starter.cli.processes.worker import check_schema, set_up_logging
from starter.connect import read_connections
from starter.gateway.app import build_gateway
from starter.gateway.serve import listen, serve
from starter.stack.progress import StackError
from storage.supply.pool_stock import PoolStock

app = typer.Typer()


@app.command()
def gateway(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8380,
    as_json: AsJson = False,
) -> None:
    """Receive suppliers' callbacks at /callbacks/CONNECTION until Ctrl-C or SIGTERM.

    A callback is verified, stored and passed on to its order's run before it is acknowledged.
    """
    settings = load_settings()
    set_up_logging(settings)
    asyncio.run(_serve(settings, host, port, as_json=as_json))


async def _serve(settings: Settings, host: str, port: int, *, as_json: bool) -> None:
    connections = read_connections(settings)
    async with connect(settings) as connected:
        await check_schema(connected.database)
        listener = _listen(host, port)
        suppliers = build_all(connections, PoolStock(connected.database, connected.vault))
        addresses = {name: f"http://{host}:{port}/callbacks/{name}" for name in connections}
        if as_json:
            print_json({"callbacks": addresses})
        else:
            print("\n".join(f"{name} reports to {url}" for name, url in addresses.items()), flush=True)
        try:
            await serve(
                build_gateway(connected.temporal, connected.database, connected.vault, suppliers), listener
            )
        finally:
            for supplier in suppliers.values():
                await supplier.aclose()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise StackError(f"the gateway cannot listen on {host} port {port}: {reason}") from None
