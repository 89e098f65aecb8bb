"""Run inside a copy of the product that has a supplier more: everything that must know it, asked in turn."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any, cast

import adapters
from adapters.connections import load_connections
from adapters.own_stock import OwnStock
from adapters.registry import build
from domain.money import Money
from domain.supply.purchase import Purchase
from simulator.serving.server import running_simulators
from starter.stack.suppliers import account_makers, ports_from


async def bought(connections: Path) -> dict[str, Any]:
    """What was bought, and what it says before, after, and at a ceiling that is too low."""
    with running_simulators() as running:
        acme = running["acme"]
        variables = {
            "ACME_SIM_URL": acme.url,
            "ACME_SIM_CUSTOMER": acme.app_id,
            "ACME_SIM_SECRET": acme.secret,
        }
        config = load_connections(connections, variables)["acme-main"]
        supplier = build("acme-main", config, cast(OwnStock, None))
        found = {}
        for key, most in (("k1", 2400), ("k2", 2399)):
            purchase = Purchase(key, "gold", "key", 2, Money(amount=most, currency="CNY"))
            absent = await supplier.query(purchase)
            outcome = (await supplier.submit(purchase)).outcome
            same = (await supplier.query(purchase)).outcome == outcome
            found[key] = [type(absent.outcome).__name__, type(outcome).__name__, same]
        level = await supplier.stock("silver")
        await supplier.aclose()
        sales = [[sale.number, sale.quantity, sale.money_minor] for sale in acme.ledger.sales()]
    return {"bought": found, "sales": sales, "stock": [level.state, level.unit_cost.amount]}


if __name__ == "__main__":
    told = {
        "room": adapters.__path__[0],
        "ports": ports_from(8301),
        "made": [name for name in account_makers() if name.startswith("ACME")],
        **asyncio.run(bought(Path(sys.argv[1]))),
    }
    print(json.dumps(told))
