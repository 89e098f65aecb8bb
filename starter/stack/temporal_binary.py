"""Where the `temporal` CLI, which is also a whole Temporal server, comes from.

Wanted is a local server on any machine, without asking anybody to install one first. So what is there is
taken, else it is downloaded the SDK's way, else built from its Go module and kept for the next time.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from settings import Settings
from starter.stack.lock import held
from starter.stack.report import Progress, StackError
from starter.stack.temporal_build import build
from starter.stack.temporal_download import download

CLI_VERSION = "1.5.1"
OLDEST_SERVER = (1, 28)  # the first whose update-with-start is generally available
_WAIT_FOR_OTHER_BUILD = 1800.0


async def find_or_build(settings: Settings, progress: Progress) -> Path:
    """An executable `temporal`: named by a setting, on PATH, cached, downloaded or built, in this order.

    Seconds at most, except for the build, which takes some minutes once per machine and says so as it goes.
    """
    if settings.temporal_binary is not None:
        return _named(settings.temporal_binary)
    if on_path := _on_path(progress):
        return on_path
    cached = settings.cache / f"temporal-cli-{CLI_VERSION}" / "temporal"
    if cached.exists():
        return cached
    async with held(
        cached.with_name("lock"),
        busy="Another process is fetching the temporal CLI",
        wait=_WAIT_FOR_OTHER_BUILD,
        progress=progress,
    ) as lock:
        if not cached.exists() and not await download(CLI_VERSION, cached, progress):
            await build(cached, lock, progress)
    return cached


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


def main() -> None:
    """Makes sure that there is one, for `make`, where a test's own fixture could not show the progress."""
    try:
        asyncio.run(find_or_build(Settings(), lambda line: print(line, file=sys.stderr, flush=True)))
    except StackError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
