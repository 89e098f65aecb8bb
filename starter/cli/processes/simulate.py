"""`perkflow simulate`: suppliers that speak the real protocols and sell nothing real."""

import os
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Annotated

import typer

from simulator.serving import server
from simulator.shop.accounts import FULU_APP_KEY, FULU_SECRET, KAYIXIN_APP_ID, KAYIXIN_SECRET
from starter.cli.environment import read_environment
from starter.cli.output import AsJson, print_json
from starter.stack.ports import LOOPBACK, free_port
from starter.stack.report import StackError

app = typer.Typer()


@app.command()
def simulate(
    kayixin_port: Annotated[int, typer.Option(help="0 takes a free one.", min=0, max=65535)] = 8301,
    fulu_port: Annotated[int, typer.Option(help="0 takes a free one.", min=0, max=65535)] = 8302,
    ledger: Annotated[
        Path | None, typer.Option(help="SQLite file of what was sold; in PERKFLOW_HOME unless given.")
    ] = None,
    fulu_callback_url: Annotated[str, typer.Option(help="Where Fulu reports to; empty: nowhere.")] = "",
    ladder_scale: Annotated[
        float,
        typer.Option(help="0.01 repeats callbacks after a hundredth of their waits.", min=0),
    ] = 1.0,
    as_json: AsJson = False,
) -> None:
    """Serve the supplier simulators on this machine until Ctrl-C.

    KAYIXIN_SIM_APP_ID, KAYIXIN_SIM_SECRET, FULU_SIM_APP_KEY and FULU_SIM_SECRET are the customer's account;
    unset, it is the one that the suppliers' own pages print.
    """
    path = ledger or read_environment().home / "simulators.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    if as_json:
        kayixin_port, fulu_port = kayixin_port or free_port(0), fulu_port or free_port(0)
        kayixin = f"http://{LOOPBACK}:{kayixin_port}"
        print_json({"kayixin": kayixin, "fulu": f"http://{LOOPBACK}:{fulu_port}/api/getway"})
    with redirect_stdout(sys.stderr if as_json else sys.stdout):
        _serve(kayixin_port, fulu_port, path, fulu_callback_url, ladder_scale)


def _serve(
    kayixin_port: int, fulu_port: int, ledger: Path, fulu_callback_url: str, ladder_scale: float
) -> None:
    try:
        server.main(
            kayixin_port=kayixin_port,
            fulu_port=fulu_port,
            ledger_path=ledger,
            kayixin_app_id=os.environ.get("KAYIXIN_SIM_APP_ID", KAYIXIN_APP_ID),
            kayixin_secret=os.environ.get("KAYIXIN_SIM_SECRET", KAYIXIN_SECRET),
            fulu_app_key=os.environ.get("FULU_SIM_APP_KEY", FULU_APP_KEY),
            fulu_secret=os.environ.get("FULU_SIM_SECRET", FULU_SECRET),
            fulu_callback_url=fulu_callback_url,
            ladder_scale=ladder_scale,
        )
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        ports = f"{kayixin_port} and {fulu_port}"
        raise StackError(f"the simulators cannot serve on ports {ports}: {reason}") from None
