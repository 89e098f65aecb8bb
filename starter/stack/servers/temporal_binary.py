"""Where the `temporal` CLI, which is also a whole Temporal server, comes from.

Wanted is a local server on any machine, without asking anybody to install one first: what the user named or
has on PATH is taken, else the wheel that the local stack installs into its virtual environment.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from settings import Settings
from starter.stack.progress import Progress, StackError

OLDEST_SERVER = (1, 28)  # the first whose update-with-start is generally available
_HOW = (
    "No Temporal server: install requirements-local.txt, put the `temporal` CLI on PATH, "
    "name it in PERKFLOW_TEMPORAL_BINARY, or point TEMPORAL_ADDRESS at a cluster"
)


def find_temporal(settings: Settings, progress: Progress) -> Path:
    """An executable `temporal`: named by a setting, on PATH, or from the wheel. Raises StackError."""
    if settings.temporal_binary is not None:
        return _named(settings.temporal_binary)
    if on_path := _on_path(progress):
        return on_path
    wheel = Path(sys.executable).with_name("temporal")
    if not os.access(wheel, os.X_OK):
        raise StackError(_HOW)
    return wheel


def _named(binary: Path) -> Path:
    if not os.access(binary, os.X_OK):
        raise StackError(f"PERKFLOW_TEMPORAL_BINARY names {binary}, which is not an executable file")
    return binary


def _on_path(progress: Progress) -> Path | None:
    found = shutil.which("temporal")
    if found is None:
        return None
    said = subprocess.run(
        [found, "--version"], capture_output=True, text=True, timeout=10, check=False
    ).stdout
    server = re.search(r"Server (\d+)\.(\d+)", said)
    if server is None or (int(server[1]), int(server[2])) < OLDEST_SERVER:
        oldest = ".".join(map(str, OLDEST_SERVER))
        progress(f"Passing over {found}: {said.strip() or 'no version'}; server {oldest} or newer is needed")
        return None
    return Path(found)
