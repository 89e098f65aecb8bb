"""The benchmarks run, and what they count is right. How fast anything was is no matter here."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.places import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def measured(tmp_path: Path, module: str, *options: str) -> dict[str, Any]:
    """What a benchmark wrote that ended well."""
    results = tmp_path / "results.json"
    command = [sys.executable, "-m", f"bench.{module}", *options, "--results", str(results)]
    ran = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(results.read_text())
    return found


def test_a_small_run_counts_what_an_order_does(tmp_path: Path) -> None:
    """Keys: one activity each, all else is local; both Perkflow's shapes are counted, and bundles by size."""
    small = ("--rounds", "1", "--orders", "6", "--in-flight", "3", "--alone", "2", "--asleep", "2")
    found = measured(tmp_path, "run", *small, "--only", "sync,tuned_floor", "--faults", "0")["speed"]
    assert {name: each["activities"] for name, each in found["census"].items()} == {
        "sync": 3,
        "joint": 5,
        "parts_1": 1,
        "parts_10": 10,
        "parts_50": 50,
    }
    assert set(found["rounds"]) == {"sync", "tuned_floor"}


def test_a_small_storm_delivers_every_release(tmp_path: Path) -> None:
    found = measured(tmp_path, "storm", "--orders", "30", "--in-flight", "10")["storm"]
    assert (found["orders"], found["delivered"], found["beside"]["crowd"]) == (30, 30, 30)


def test_a_small_burst_sells_each_order_one_key(tmp_path: Path) -> None:
    found = measured(tmp_path, "burst", "--seconds", "3")["burst"]
    assert found["keys_sold"] == found["delivered"] == found["orders"] == found["expected"]
    assert sum(found["answers"].values()) == found["handed_in"]


def test_books_of_two_sizes_are_told_apart(tmp_path: Path) -> None:
    found = measured(tmp_path, "growth", "--sizes", "100,300", "--rounds", "1", "--orders", "2")["growth"]
    assert list(found["books"]) == ["100", "300"]
