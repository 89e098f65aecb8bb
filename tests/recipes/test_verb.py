"""The recipe "add a verb" of CONTRIBUTING.md: two files of its own, and an edit in two others."""

import json
import shutil
from pathlib import Path

import pytest

from storage.base.sealing import Vault
from tests.cli.order.books import accepted
from tests.recipes.copies import Edits, copy_product, run_on
from tests.support.places import ROOT
from tests.support.servers.deployment import fresh_keys, vault_of

RECIPE = Path(__file__).parent / "verb"
EDITS: Edits = {
    "domain/verbs/verb.py": [('    CANCEL = "cancel"\n', '    REMARK = "remark"\n')],
    "domain/verbs/table.py": [
        ("    refund,\n", "    remark,\n"),
        ("    refund.VERB,\n", "    remark.VERB,\n"),
    ],
}


@pytest.fixture
def vault() -> Vault:
    return vault_of(fresh_keys())


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The product as it is, with the recipe followed."""
    copy_product(tmp_path, EDITS)
    shutil.copytree(RECIPE, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_two_files_and_two_edits_are_a_verb_that_everything_knows(
    copy: Path, database_url: str, vault: Vault
) -> None:
    order_id = accepted(database_url, vault, {"id": "video", "benefit": "key"})
    shutil.copy(Path(__file__).parent / "remarking.py", copy / "remarking.py")
    assert json.loads(run_on(database_url, copy, "remarking.py", order_id)) == {
        "room": str(copy / "domain"),
        "known": True,
        "state": "planned",
        "event": ["human.remark", "lin", "he calls on Monday"],
        "refused": "the delivery is cancelled: there is nothing left to remark",
    }


def test_the_command_line_has_it_and_offers_it(copy: Path, database_url: str, vault: Vault) -> None:
    accepted(database_url, vault, {"id": "video", "benefit": "key"})
    assert " note " in run_on(database_url, copy, "-m", "starter.cli", "order", "--help")
    shown = run_on(database_url, copy, "-m", "starter.cli", "order", "note", "--help")
    assert "Put a remark on the timeline of a delivery." in shown
    explained = run_on(database_url, copy, "-m", "starter.cli", "order", "explain", "shop/1")
    assert "perkflow order note shop/1 video --reason WHY" in explained


def test_the_recipe_edits_at_most_two_files() -> None:
    assert len(EDITS) == 2
    edited = (ROOT / "CONTRIBUTING.md").read_text().partition("## Add a verb")[2].partition("\n## ")[0]
    assert [file for file in EDITS if f"({file})" not in edited] == []
