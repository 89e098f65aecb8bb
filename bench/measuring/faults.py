"""The fault run of the code that was measured: what is quick is worth something only if it holds."""

import asyncio
import json
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table


async def fault_run(orders: int) -> dict[str, Any]:
    """Violations by invariant, and whether all that was promised happened; its own lines go to stderr."""
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.chaos.run", "--orders", str(orders), "--json"),
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await run.communicate()
    if not told:
        raise SystemExit(f"the fault run failed with {run.returncode} and told nothing")
    return came_to(orders, json.loads(told))


def came_to(orders: int, verdict: Mapping[str, Any]) -> dict[str, Any]:
    """What of a verdict is kept beside the measurements."""
    return {
        "orders": orders,
        "seed": verdict["seed"],
        "good": verdict["good"],
        "missing": verdict["missing"],
        "violations": {line["title"]: len(line["violations"]) for line in verdict["lines"]},
        "struck": sum(verdict["struck"].values()),
    }


def show_faults(found: Mapping[str, Any], console: Console) -> None:
    """One line an invariant."""
    title = f"The same code in a fault run: {found['orders']} orders, {found['struck']} faults"
    table = Table(title=f"{title}, seed {found['seed']}")
    table.add_column("invariant")
    table.add_column("violations", justify="right")
    for invariant, count in found["violations"].items():
        table.add_row(invariant, str(count))
    console.print(table)
    if found["missing"]:
        console.print(f"Promised, and it never happened: {', '.join(found['missing'])}")
