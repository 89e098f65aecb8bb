"""Gets the `temporal` CLI the way the SDK does, without hanging on a machine that cannot reach its site."""

import asyncio
import shutil
from contextlib import suppress
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from starter.stack.report import Progress

_LOOK_EVERY_SECONDS = 2.0
_FIRST_BYTES_SECONDS = 8.0
_DOWNLOAD_SECONDS = 600.0


async def download(version: str, target: Path, progress: Progress) -> bool:
    """Whether `target` is now the CLI. False, within ten seconds, if nothing begins to arrive.

    The SDK has no call that only downloads: a server is started from the new file and shut down at once.
    """
    folder = target.with_name("download")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    progress("Downloading the temporal CLI")
    starting = asyncio.create_task(
        WorkflowEnvironment.start_local(
            download_dest_dir=str(folder), dev_server_download_version=f"v{version}"
        )
    )
    try:
        if not await _succeeds(starting, folder, progress):
            progress("The temporal CLI cannot be downloaded here")
            return False
        await starting.result().shutdown()
        max(folder.iterdir(), key=_size).rename(target)
        return True
    finally:
        starting.cancel()
        shutil.rmtree(folder, ignore_errors=True)


async def _succeeds(starting: asyncio.Task[WorkflowEnvironment], folder: Path, progress: Progress) -> bool:
    elapsed = 0.0
    while elapsed < _DOWNLOAD_SECONDS:
        await asyncio.wait([starting], timeout=_LOOK_EVERY_SECONDS)
        if starting.done():
            return starting.exception() is None
        elapsed += _LOOK_EVERY_SECONDS
        size = sum(map(_size, folder.iterdir()))
        if elapsed >= _FIRST_BYTES_SECONDS and size == 0:
            return False
        progress(f"Downloading the temporal CLI: {elapsed:.0f} s, {size / 1e6:.0f} MB")
    return False


def _size(file: Path) -> int:
    with suppress(FileNotFoundError):  # the SDK renames its file when it is whole
        return file.stat().st_size
    return 0
