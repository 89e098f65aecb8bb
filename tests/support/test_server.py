"""The time-skipping test server, in which a plan of months runs in a second. Needs Java 17 and Maven."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starter.stack.ports import accepts, free_port
from tests.support.places import ROOT

VERSION = "1.32.0"
CACHE = Path.home() / ".cache" / "perkflow"
"""Shared by all checkouts."""
_POM = ROOT / "tools" / "test-server" / "pom.xml"


def find_or_fetch() -> Path:
    """An executable to give to `WorkflowEnvironment.start_time_skipping(test_server_existing_path=...)`.

    The jars come from Maven on first use, with their checksums verified; seconds, or half a minute where
    Maven itself is new. Raises RuntimeError, in one line, when Java or Maven is missing or fails.
    """
    folder = CACHE / f"temporal-test-server-{VERSION}"
    script = folder / "test-server"
    if script.exists():
        return script
    mvn, java = shutil.which("mvn"), shutil.which("java")
    if mvn is None or java is None:
        raise RuntimeError("The tests need Java 17 or newer and Maven (`java` and `mvn` on PATH)")
    print(
        "Fetching the time-skipping test server, once per machine (up to half a minute)",
        file=sys.stderr,
        flush=True,
    )
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}")
    fetch = [mvn, "-q", "-B", "--strict-checksums", "-f", str(_POM), "dependency:copy-dependencies"]
    fetched = subprocess.run(
        [*fetch, "-DincludeScope=runtime", f"-DoutputDirectory={unfinished / 'jars'}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if fetched.returncode != 0:
        raise RuntimeError(f"Maven could not fetch the test server: {fetched.stdout.strip()[:500]}")
    _write_script(unfinished / script.name, folder / "jars")
    try:
        unfinished.rename(folder)
    except OSError:  # another process was first
        shutil.rmtree(unfinished)
    return script


@asynccontextmanager
async def running_test_server() -> AsyncIterator[str]:
    """A server that can skip time, and does not until it is told to; yields its address.

    The SDK starts one as well, but gives it up after five seconds, which a busy machine does not keep.
    """
    script, port = find_or_fetch(), free_port(0)
    process = await asyncio.create_subprocess_exec(
        *(str(script), str(port)),
        env={**os.environ, "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _answering(process, port)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def _answering(process: asyncio.subprocess.Process, port: int) -> None:
    while process.returncode is None:
        if accepts(port):
            return
        await asyncio.sleep(0.05)
    raise RuntimeError(f"the time-skipping test server ended at once, with exit code {process.returncode}")


def _write_script(script: Path, jars: Path) -> None:
    main = "io.temporal.testserver.TestServer"
    script.write_text(f"#!/bin/sh\nexec java -cp '{jars.resolve()}/*' {main} \"$@\"\n")
    script.chmod(0o755)


if __name__ == "__main__":
    try:
        find_or_fetch()
    except RuntimeError as error:
        sys.exit(str(error))
