"""A flame graph of the worker while orders go through it.

    python -m bench.profile [--shape sync] [--orders 300] [--in-flight 60] [--idle]

Writes `bench/profiles/worker-SHAPE.svg`, for a browser, and prints its path; `--format speedscope` writes
what https://www.speedscope.app opens. Only time on a CPU is in it: with `--idle`, waiting is too. The worker
is not stopped for a sample, so that a few of them are torn and left out.
"""

import argparse
import asyncio
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
from rich.console import Console

from bench.contestants.perkflow import perkflow
from starter import process

PROFILES = Path(__file__).parent / "profiles"
ENDINGS = {"flamegraph": "svg", "speedscope": "speedscope.json"}
SAMPLES_A_SECOND = 100


async def main(shape: str, orders: int, in_flight: int, form: str, idle: bool) -> int:
    """Warm up, sample while orders go through, and say where the picture is; the exit code."""
    say = Console(stderr=True).print
    PROFILES.mkdir(exist_ok=True)
    target = PROFILES / f"worker-{shape}.{ENDINGS[form]}"
    with tempfile.TemporaryDirectory(prefix="perkflow-profile-") as folder:
        async with perkflow(Path(folder) / "perkflow", say) as ours:
            [wanted] = [each for each in ours.shapes if each.name == shape]
            await wanted.drive(in_flight, in_flight)
            async with sampled(ours.parts["worker"], target, form, ("--idle",) if idle else ()):
                driven = await wanted.drive(orders, in_flight)
    say(f"{orders} orders in {driven.seconds:.1f} s while it was sampled")
    print(target)
    return 0


@asynccontextmanager
async def sampled(
    worker: Sequence[psutil.Process], target: Path, form: str, more: Sequence[str]
) -> AsyncIterator[None]:
    """py-spy looks at the worker, and at what that started, while the block runs."""
    [process] = worker
    sampler = await asyncio.create_subprocess_exec(
        *(str(Path(sys.executable).parent / "py-spy"), "record", "--pid", str(process.pid), "--subprocesses"),
        "--nonblocking",
        *("--format", form, "--output", str(target), "--rate", str(SAMPLES_A_SECOND), *more),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield
    finally:
        if sampler.returncode is None:
            sampler.send_signal(signal.SIGINT)
        _, told = await sampler.communicate()
    if sampler.returncode:
        raise SystemExit(f"py-spy failed: {told.decode().strip()}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draw a flame graph of the worker.")
    parser.add_argument("--shape", choices=("sync", "joint"), default="sync")
    parser.add_argument("--orders", type=int, default=300)
    parser.add_argument("--in-flight", type=int, default=60)
    parser.add_argument("--format", choices=sorted(ENDINGS), default="flamegraph")
    parser.add_argument("--idle", action="store_true", help="show waiting as well")
    given = parser.parse_args()
    process.run(
        lambda: sys.exit(
            asyncio.run(main(given.shape, given.orders, given.in_flight, given.format, given.idle))
        )
    )
