"""A folder holds what fits in the head: no more than twelve files."""

import subprocess
from collections import Counter
from pathlib import PurePosixPath

from tests.support.places import ROOT

MOST = 12


def _files() -> list[PurePosixPath]:
    """Every file that git knows or would take, except in the root, whose names are given."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [PurePosixPath(line) for line in listed.stdout.splitlines()]
    return [path for path in paths if len(path.parts) > 1 and (ROOT / path).exists()]


def test_no_folder_has_more_than_twelve_files() -> None:
    held = Counter(str(path.parent) for path in _files() if path.name != "__init__.py")
    assert {folder: count for folder, count in held.items() if count > MOST} == {}
