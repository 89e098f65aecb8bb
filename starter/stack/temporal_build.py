"""Builds the `temporal` CLI from its Go module, for machines that reach no download site."""

import os
import shutil
from pathlib import Path

from starter.stack.child import Child
from starter.stack.lock import Lock
from starter.stack.report import Progress, StackError

MODULE = Path(__file__).parents[2] / "tools" / "temporal-cli"
_COMMAND = "github.com/temporalio/cli/cmd/temporal"
_BUILD_SECONDS = 1800.0
_HOW = (
    "No Temporal server: put the `temporal` CLI on PATH (or name it in PERKFLOW_TEMPORAL_BINARY), "
    "or install Go 1.25 or newer so that it can be built, or point TEMPORAL_ADDRESS at a cluster"
)


async def build(target: Path, lock: Lock, progress: Progress) -> None:
    """Builds what tools/temporal-cli pins and moves it to `target` when it is whole. Takes minutes."""
    go = shutil.which("go")
    if go is None or not MODULE.exists():
        raise StackError(_HOW)
    unfinished = target.with_name("temporal.new")
    progress("Building the temporal CLI from its Go module, once per machine (some minutes)")
    compiler = Child.start(
        "Building temporal",
        [go, "build", "-C", MODULE, "-mod=readonly", "-ldflags=-s -w", "-o", unfinished.resolve(), _COMMAND],
        log=target.with_name("build.log"),
        lock=lock,
        env={**os.environ, "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"},
    )
    try:
        await compiler.finish(within=_BUILD_SECONDS, progress=progress)
    except StackError as error:
        raise StackError(f"{_HOW}. {error}") from error
    unfinished.rename(target)
