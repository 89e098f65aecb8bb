"""What the tests of the stack share."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty home. Not pytest's own folder: another pytest run closes that to the account of PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="perkflow-") as folder:
        yield Path(folder)
