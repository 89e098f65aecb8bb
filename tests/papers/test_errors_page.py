"""docs/http/errors.md has every kind of problem, just as the gateway answers it."""

import re

from starter.gateway.problems.kinds import KINDS
from tests.support.places import ROOT


def test_the_page_has_every_problem() -> None:
    page = (ROOT / "docs" / "http" / "errors.md").read_text()
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in page.splitlines()
        if re.match(r"\| `", line)
    ]
    assert rows == [
        [f"`{code}`", str(kind.status), "yes" if kind.retryable else "no", kind.title, kind.remedy]
        for code, kind in KINDS.items()
    ]
