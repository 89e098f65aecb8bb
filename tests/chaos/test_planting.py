"""Defects are put into functions of the product by name: each name is still there."""

import subprocess
import sys

import pytest

from tests.chaos.defects.mutants import MUTANTS
from tests.support.places import ROOT

PLANT = "import sys; from tests.chaos.defects.mutants import MUTANTS; MUTANTS[sys.argv[1]].apply()"


@pytest.mark.parametrize("name", MUTANTS)
def test_a_defect_can_be_planted(name: str) -> None:
    planted = subprocess.run([sys.executable, "-c", PLANT, name], cwd=ROOT, capture_output=True, text=True)
    assert (planted.returncode, planted.stderr) == (0, "")
