"""The recipe "add a hold reason" of CONTRIBUTING.md: its row and its words, and no other edit."""

import ast
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.fulfilment.holds import HoldReason
from domain.notes.names import NAMES
from storage.base.sealing import Vault
from tests.cli.order.books import accepted
from tests.recipes.copies import ROOMS, Edits, copy_product, run_on
from tests.support.places import ROOT
from tests.support.servers.deployment import fresh_keys, vault_of

TABLE = "domain/fulfilment/holds.py"
WORDS = "domain/notes/names.py"
EDITS: Edits = {
    TABLE: [
        ('    BY_OPERATOR = "by_operator"\n', '    RECALLED = "recalled"\n'),
        (
            "HOLDS: Mapping[HoldReason, Hold] = MappingProxyType(\n    {\n",
            "        HoldReason.RECALLED: Hold("
            "ended_by=EndedBy.SUPPLIER, retried=True, woken_by=Sign.STOCK, early=True),\n",
        ),
    ],
    WORDS: [
        (
            '        "reason": {\n',
            '            "recalled": ("its maker called the batch back", "厂商已召回该批次"),\n',
        )
    ],
}


@pytest.fixture
def vault() -> Vault:
    return vault_of(fresh_keys())


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The product as it is, with the recipe followed."""
    copy_product(tmp_path, EDITS)
    return tmp_path


def test_a_row_and_its_words_are_a_hold_reason_that_everything_knows(
    copy: Path, database_url: str, vault: Vault
) -> None:
    order_id = accepted(database_url, vault, {"id": "video", "benefit": "key"})
    shutil.copy(Path(__file__).parent / "holding.py", copy / "holding.py")
    assert json.loads(run_on(database_url, copy, "holding.py", order_id)) == {
        "room": str(copy / "domain"),
        "tried again after": "0:10:00",
        "as long as its bundle says": True,
        "sets": [True, True, False],
    }
    explained = run_on(database_url, copy, "-m", "starter.cli", "order", "explain", "shop/1")
    assert "recalled: its maker called the batch back" in explained
    chinese = run_on(database_url, copy, "-m", "starter.cli", "order", "explain", "shop/1", "--lang", "zh")
    assert "厂商已召回该批次（recalled）" in chinese


def test_the_recipe_edits_the_table_and_the_words() -> None:
    assert list(EDITS) == [TABLE, WORDS]
    recipe = (ROOT / "CONTRIBUTING.md").read_text().partition("## Add a hold reason")[2].partition("\n## ")[0]
    assert [file for file in EDITS if f"({file})" not in recipe] == []


def named(node: ast.AST) -> set[str]:
    """The hold reasons that are named in this part of a file."""
    return {
        part.attr
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute)
        and isinstance(part.value, ast.Name)
        and part.value.id == HoldReason.__name__
    }


def written(tree: ast.AST) -> set[str]:
    """Every text in this file."""
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {text for text in constants if isinstance(text, str)}


def asked_about(tree: ast.AST) -> Iterator[str]:
    """Where a file asks about single reasons: compares with them, matches them or puts them together."""
    several = (ast.Compare, ast.MatchValue, ast.Set, ast.Tuple, ast.List, ast.Dict)
    for node in ast.walk(tree):
        if isinstance(node, several) and named(node):
            yield ast.unparse(node)[:80]


def sources() -> list[tuple[str, ast.AST]]:
    """Every file of the product, read."""
    files = [ROOT / "worker.py", *(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))]
    return [(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())) for path in files]


def test_nothing_but_the_table_and_the_words_asks_about_single_reasons() -> None:
    asking = {place: [*asked_about(tree)] for place, tree in sources() if place not in EDITS}
    assert {place: found for place, found in asking.items() if found} == {}


def test_nothing_but_the_table_and_the_words_names_them_all() -> None:
    found = [(place, named(tree), written(tree)) for place, tree in sources()]
    by_name, by_value = {reason.name for reason in HoldReason}, {reason.value for reason in HoldReason}
    assert [place for place, names, _ in found if by_name <= names] == [TABLE]
    assert [place for place, _, texts in found if by_value <= texts] == [TABLE, WORDS]


def test_the_words_have_every_reason() -> None:
    assert list(NAMES["reason"]) == [reason.value for reason in HoldReason]
