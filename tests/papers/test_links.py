"""Every link of our pages leads to a file that there is, or to a heading of the page."""

import re
from pathlib import Path

import pytest

from tests.support.places import ROOT

PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def anchors(page: Path) -> set[str]:
    """The headings of a page, as links name them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)\s]+)\)", page.read_text())
    for link in links:
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


MADE_UP = re.compile(r"acme|remark|\*|[{<…]|results\.json")
"""Of recipes, patterns, and what a command makes."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_is_named_exists(page: Path) -> None:
    rooms = {each.name for each in ROOT.iterdir() if each.is_dir() and not each.name.startswith(".")}
    named = re.findall(r"`([\w.-]+/[^`\s:]*)`", page.read_text())
    paths = [each for each in named if each.split("/")[0] in rooms and not MADE_UP.search(each)]
    assert [path for path in paths if not (ROOT / path).exists()] == []
