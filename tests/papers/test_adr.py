"""docs/adr: every decision has the same five parts, each once and in that order."""

import re
from pathlib import Path

import pytest

from tests.support.places import ROOT

DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))


def test_the_decisions_are_numbered_without_a_gap() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: str(page.name))
def test_a_decision_has_its_parts(page: Path) -> None:
    text = page.read_text()
    assert text.startswith(f"# {int(page.name[:4])}. ")
    parts = re.findall(r"^\*\*(\w+)\.?\*\*", text, re.MULTILINE)
    assert parts == ["Status", "Context", "Decision", "Rejected", "Consequences"]


def test_the_index_has_every_decision_under_its_title() -> None:
    index = (ROOT / "docs" / "README.md").read_text()
    titles = {page.name: page.read_text().splitlines()[0].removeprefix("# ") for page in DECISIONS}
    assert re.findall(r"^- \[(.*)\]\(adr/(.*)\)$", index, re.MULTILINE) == [
        (title, name) for name, title in titles.items()
    ]
