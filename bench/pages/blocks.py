"""Parts of pages that a script writes: between two marks, and nothing else of the page."""

import re
from collections.abc import Sequence
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def with_block(page: str, name: str, text: str) -> str:
    """The page with this between its marks `<!-- NAME -->` and `<!-- /NAME -->`."""
    marks = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    assert len(marks.findall(page)) == 1, f"the page has no place for {name}"
    return marks.sub(lambda found: f"{found[1]}\n{text}\n\n{found[2]}", page)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown, numbers to the right of the first column."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def rewrite(page: Path, blocks: dict[str, str]) -> None:
    """Write these blocks into a page."""
    text = page.read_text()
    for name, block in blocks.items():
        text = with_block(text, name, block)
    page.write_text(text)
