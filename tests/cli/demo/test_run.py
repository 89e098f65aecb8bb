"""`perkflow demo --json` from an empty home, held against the simulators' ledger file itself."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.support.places import ROOT
from tests.support.servers.stacks import ANY_PORTS


def test_the_demo_agrees_with_the_ledgers(temporal_binary: Path, tmp_path: Path) -> None:
    settings = {"PERKFLOW_HOME": str(tmp_path), "PERKFLOW_TEMPORAL_BINARY": str(temporal_binary)}
    settings |= {f"PERKFLOW_{name.upper()}": str(port) for name, port in ANY_PORTS.items()}
    ran = subprocess.run(
        [sys.executable, "-m", "starter.cli", "demo", "--json"],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    document = json.loads(ran.stdout)

    assert (document["ok"], document["differences"]) == (True, [])
    whole, undone, twice, later = document["orders"]
    assert [order["state"] for order in document["orders"]] == [
        "completed",
        "failed",
        "completed",
        "completed",
    ]
    assert (undone["refund"], undone["price"]) == ({"amount": 7900, "currency": "CNY"},) * 2
    assert [delivery["state"] for delivery in undone["deliveries"]] == ["revoked", "revoked", "failed"]
    assert [delivery["sales"] for delivery in undone["deliveries"]] == [1, None, 0]
    assert twice["receipts"] == [twice["order_id"]] * 3
    for order in (whole, twice):
        assert [delivery["sales"] for delivery in order["deliveries"]] == [1, 1, 1]
        assert order["deliveries"][1]["recipient"] == "138******00"
    assert later["deliveries"][1]["delivered_at"] >= later["deliveries"][1]["due_at"]

    over_http = document["over_http"]
    revealed, paid_back = over_http["revealed"], over_http["paid_back"]
    assert (over_http["requests"], over_http["orders"]) == (6, 4)
    assert (revealed["order"], [revealed["unit"]]) == (whole["order"], whole["deliveries"][0]["units"])
    assert (revealed["again"], revealed["said"]) == (409, "it was shown as often as was agreed (1)")
    assert {each["order"] for each in paid_back} == {undone["order"]}
    assert sorted(each["amount"]["amount"] for each in paid_back) == [1300, 2400, 4200]
    assert {each["state"] for each in paid_back} == {"confirmed"}

    sold = _ledger(tmp_path / "simulators.db")
    assert sold == {"kayixin": (5, 3 * 1500 + 1500 + 990, 1500), "fulu": (4, 2 * (2985 + 880), 0)}
    for supplier in document["suppliers"]:
        totals = supplier["book"]
        booked = (totals["sales"], totals["debits_minor"], totals["credits_minor"])
        assert booked == sold[supplier["supplier"]]
    assert sorted(sale["number"] for one in document["suppliers"] for sale in one["sales"]) == sorted(
        key
        for order in document["orders"]
        for delivery in order["deliveries"]
        if delivery["sales"]
        for key in delivery["keys"]
    )


def _ledger(file: Path) -> dict[str, tuple[int, int, int]]:
    """By supplier: how many sales, what they cost, and what was paid back."""
    query = "SELECT supplier, COUNT(*), SUM(money_minor), SUM(credited_minor) FROM sale GROUP BY supplier"
    with sqlite3.connect(file) as ledger:
        return {
            supplier: (sales, debits, credits) for supplier, sales, debits, credits in ledger.execute(query)
        }
