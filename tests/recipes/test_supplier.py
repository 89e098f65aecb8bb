"""The recipe "add a supplier" of CONTRIBUTING.md: two folders, and not one edit elsewhere."""

import json
import shutil
from pathlib import Path

import pytest

from adapters.registry import protocols
from simulator.registry import simulators
from tests.recipes.copies import FILES, ROOMS, copy_product, run
from tests.support.places import ROOT

RECIPE = Path(__file__).parent / "supplier"
CONNECTIONS = """
connections:
  acme-main:
    protocol: acme
    base_url: ${ACME_SIM_URL}
    customer: ${ACME_SIM_CUSTOMER}
    secret: ${ACME_SIM_SECRET}
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The product as it is, and two folders more."""
    copy_product(tmp_path, {})
    for folder in ("adapters/acme", "simulator/acme"):
        shutil.copytree(RECIPE / folder, tmp_path / folder)
    (tmp_path / "connections.yaml").write_text(CONNECTIONS)
    return tmp_path


def run_there(copy: Path, *command: str) -> str:
    return run(copy, {"PERKFLOW_CONNECTIONS": str(copy / "connections.yaml")}, *command)


def test_two_folders_are_a_supplier_that_everything_knows(copy: Path) -> None:
    shutil.copy(Path(__file__).parent / "buying.py", copy / "buying.py")
    told = json.loads(run_there(copy, "buying.py", str(copy / "connections.yaml")))
    assert told == {
        "room": str(copy / "adapters"),
        "ports": {"acme": 8301, "fulu": 8302, "kayixin": 8303},
        "made": ["ACME_SIM_CUSTOMER", "ACME_SIM_SECRET"],
        "bought": {"k1": ["UnknownOrder", "Delivered", True], "k2": ["UnknownOrder", "Rejected", False]},
        "sales": [["k1", 2, 2400]],
        "stock": ["out_of_stock", 700],
    }


def test_the_command_line_knows_it_too(copy: Path) -> None:
    listed = json.loads(run_there(copy, "-m", "starter.cli", "supplier", "list", "--json"))["connections"]
    assert [(each["name"], each["protocol"]) for each in listed] == [("acme-main", "acme")]


def test_no_file_outside_its_folders_names_a_supplier() -> None:
    suppliers = sorted(set(protocols()) & set(simulators()))
    assert suppliers == ["fulu", "kayixin"]
    own = {f"{room}/{name}" for room in ("adapters", "simulator") for name in suppliers}
    files = [ROOT / file for file in FILES]
    files += [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file()]
    named = []
    for path in files:
        place = path.relative_to(ROOT)
        if path.suffix == ".pyc" or "/".join(place.parts[:2]) in own:
            continue
        text = path.read_text().lower()
        named += [f"{place} names {name}" for name in suppliers if name in text]
    assert named == []
