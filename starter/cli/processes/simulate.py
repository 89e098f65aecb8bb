"""`perkflow simulate`: suppliers that speak the real protocols and sell nothing real."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from simulator.serving import server
from simulator.shop.account import Account
from starter.cli.environment import read_environment
from starter.cli.errors import Usage
from starter.cli.output import AsJson, print_json
from starter.stack.ports import LOOPBACK, free_port
from starter.stack.progress import StackError
from starter.stack.suppliers import account_of, ports_from, sandboxes, simulated

HIGHEST_PORT = 65535
app = typer.Typer()


@app.command()
def simulate(
    port: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=PORT",
            help="Of one supplier; 0 takes a free one. NAME-sandbox is its test system, which is served only "
            "where it has a port. Repeatable.",
        ),
    ] = None,
    ledger: Annotated[
        Path | None, typer.Option(help="SQLite file of what was sold; in PERKFLOW_HOME unless given.")
    ] = None,
    callback_url: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=URL", help="Where one supplier reports to, if orders do not say so. Repeatable."
        ),
    ] = None,
    ladder_scale: Annotated[
        float,
        typer.Option(help="0.01 repeats callbacks after a hundredth of their waits.", min=0),
    ] = 1.0,
    as_json: AsJson = False,
) -> None:
    """Serve the supplier simulators on this machine until Ctrl-C.

    Unless --port says so, the first takes PERKFLOW_SIMULATOR_PORT and the others those after it. For a
    supplier ACME, ACME_SIM_APP_ID (or whatever it calls that) and ACME_SIM_SECRET are the customer's account;
    unset, it is the one that the supplier's own pages print.
    """
    settings = read_environment()
    ports = {**ports_from(settings.simulator_port), **_ports(port or [])}
    told = _by_supplier("--callback-url", callback_url or [])
    served = {**simulated(), **{name: each for name, each in sandboxes().items() if name in ports}}
    path = ledger or settings.home / "simulators.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    accounts = {
        name: replace(
            account_of(name, simulator, os.environ),
            callback_url=told.get(name, ""),
            ladder_scale=ladder_scale,
        )
        for name, simulator in served.items()
    }
    if as_json:
        ports = {name: number or free_port(0) for name, number in ports.items()}
        paths = {name: simulator.path for name, simulator in served.items()}
        print_json({name: f"http://{LOOPBACK}:{number}{paths[name]}" for name, number in ports.items()})
    with redirect_stdout(sys.stderr if as_json else sys.stdout):
        _serve(accounts, ports, path)


def _by_supplier(option: str, given: Sequence[str]) -> dict[str, str]:
    """What an option says of each supplier. Raises Usage."""
    if wrong := [each for each in given if "=" not in each]:
        raise Usage(f"{option}: {wrong[0]} names no supplier: write NAME={wrong[0]}")
    pairs = {name: value for name, _, value in (each.partition("=") for each in given)}
    if unknown := sorted(set(pairs) - set(simulated()) - set(sandboxes())):
        raise Usage(f"{option}: there is no simulator {unknown[0]}; there are: {', '.join(simulated())}")
    return pairs


def _ports(given: Sequence[str]) -> dict[str, int]:
    ports = _by_supplier("--port", given)
    for name, port in ports.items():
        if not (port.isascii() and port.isdigit() and int(port) <= HIGHEST_PORT):
            raise Usage(f"--port: {name}={port} must be a port from 0 to {HIGHEST_PORT}")
    return {name: int(port) for name, port in ports.items()}


def _serve(accounts: Mapping[str, Account], ports: Mapping[str, int], ledger: Path) -> None:
    try:
        server.main(accounts, ports, ledger)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        numbers = ", ".join(f"{name}={port}" for name, port in ports.items())
        raise StackError(f"the simulators cannot serve on the ports {numbers}: {reason}") from None
