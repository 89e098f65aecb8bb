"""The recipe "add a verb" of CONTRIBUTING.md: two files of its own, and an edit in two others."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from storage.base.sealing import Vault
from tests.cli.order.books import accepted
from tests.recipes.test_supplier import FILES, ROOMS
from tests.support.places import ROOT
from tests.support.servers.deployment import fresh_keys, vault_of

RECIPE = Path(__file__).parent / "verb"
EDITS = {
    "domain/verbs/verb.py": [('    CANCEL = "cancel"\n', '    REMARK = "remark"\n')],
    "domain/verbs/table.py": [
        ("    refund,\n", "    remark,\n"),
        ("    refund.VERB,\n", "    remark.VERB,\n"),
    ],
}
"""In which files, behind which line, which line is added."""


@pytest.fixture
def vault() -> Vault:
    return vault_of(fresh_keys())


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The product as it is, with the recipe followed."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        shutil.copy(ROOT / file, tmp_path / file)
    shutil.copytree(RECIPE, tmp_path, dirs_exist_ok=True)
    for file, lines in EDITS.items():
        text = (tmp_path / file).read_text()
        for behind, added in lines:
            assert text.count(behind) == 1
            text = text.replace(behind, behind + added)
        (tmp_path / file).write_text(text)
    return tmp_path


def run(copy: Path, database_url: str, *command: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(copy), "PERKFLOW_HOME": str(copy / "home")}
    environment |= {"PERKFLOW_DATABASE_URL": database_url, "COLUMNS": "200"}
    ran = subprocess.run(
        [sys.executable, *command], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_two_files_and_two_edits_are_a_verb_that_everything_knows(
    copy: Path, database_url: str, vault: Vault
) -> None:
    order_id = accepted(database_url, vault, {"id": "video", "benefit": "key"})
    shutil.copy(Path(__file__).parent / "remarking.py", copy / "remarking.py")
    assert json.loads(run(copy, database_url, "remarking.py", order_id)) == {
        "room": str(copy / "domain"),
        "known": True,
        "state": "planned",
        "event": ["human.remark", "lin", "he calls on Monday"],
        "refused": "the delivery is cancelled: there is nothing left to remark",
    }


def test_the_command_line_has_it_and_offers_it(copy: Path, database_url: str, vault: Vault) -> None:
    accepted(database_url, vault, {"id": "video", "benefit": "key"})
    assert " note " in run(copy, database_url, "-m", "starter.cli", "order", "--help")
    shown = run(copy, database_url, "-m", "starter.cli", "order", "note", "--help")
    assert "Put a remark on the timeline of a delivery." in shown
    explained = run(copy, database_url, "-m", "starter.cli", "order", "explain", "shop/1")
    assert "perkflow order note shop/1 video --reason WHY" in explained


def test_the_recipe_edits_at_most_two_files() -> None:
    assert len(EDITS) == 2
    edited = (ROOT / "CONTRIBUTING.md").read_text().partition("## Add a verb")[2].partition("\n## ")[0]
    assert [file for file in EDITS if f"({file})" not in edited] == []
