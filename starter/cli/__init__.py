"""The command line. `main` is what `perkflow` and `python -m starter.cli` run."""

import gc
from typing import NoReturn

from starter import process
from starter.cli.app import app

_ALLOCATIONS = 50_000
"""Between two looks for garbage. A start drops nothing, and looking took a fifth of its time."""


def main() -> NoReturn:
    """Run the command that the process was started with, and end the process with its exit code."""
    gc.set_threshold(_ALLOCATIONS)
    process.run(lambda: app(prog_name="perkflow"))


__all__ = ["app", "main"]
