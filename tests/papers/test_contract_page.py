"""docs/contract.md: every example on it is a document that loads."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.contract.bundle import Bundle
from starter.documents.reading import load
from tests.support.places import ROOT

PAGE = ROOT / "docs" / "contract.md"
FRAME = """\
id: framed
version: 1
title: Framed
price: {amount: 100, currency: CNY}
policy: best_effort
components:
  - id: one
    benefit: key
    """


def _examples() -> Iterator[str]:
    for block in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL):
        if block.startswith("id:"):
            yield block
        else:
            yield from (FRAME + line for line in block.splitlines())


EXAMPLES = list(_examples())


def test_there_are_as_many_examples_as_rules() -> None:
    assert len(EXAMPLES) == 16


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.splitlines()[-1].strip()[:60])
def test_an_example_of_the_page_loads(write: Callable[[str, str], Path], text: str) -> None:
    assert load(write("bundle.yaml", text), Bundle).value.version == 1
