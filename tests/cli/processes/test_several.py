"""Several worker processes beside each other end together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.servers.processes import killed_after

TOGETHER = (
    "import asyncio, sys; from starter.cli.processes.several import run_together;"
    "sys.exit(asyncio.run(run_together('worker', [sys.executable, '-c', sys.argv[1], *sys.argv[2:]], 3)))"
)
ONE = """
import os, pathlib, signal, sys, time
folder = pathlib.Path(sys.argv[1])
def end(*_):
    (folder / f"{os.getpid()}.asked").touch()
    sys.exit(int(sys.argv[2]))
signal.signal(signal.SIGTERM, end)
print("here", flush=True)
(folder / f"{os.getpid()}.up").touch()
time.sleep(60)
"""


@contextmanager
def started(folder: Path, code: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", TOGETHER, ONE, str(folder), str(code)]
    with killed_after(
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    ) as running:
        while len(list(folder.glob("*.up"))) < 3:
            assert running.poll() is None
            time.sleep(0.05)
        yield running


def pids(folder: Path, kind: str) -> set[int]:
    return {int(path.stem) for path in folder.glob(f"*.{kind}")}


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_who_ends_the_first_process_ends_them_all(tmp_path: Path, sent: signal.Signals) -> None:
    with started(tmp_path, 0) as running:
        running.send_signal(sent)
        out, err = running.communicate(timeout=30)
        assert (running.returncode, out, err) == (0, "here\n", "")
        assert pids(tmp_path, "asked") == pids(tmp_path, "up")


def test_one_that_ends_by_itself_takes_the_others_with_it(tmp_path: Path) -> None:
    with started(tmp_path, 0) as running:
        killed = min(pids(tmp_path, "up"))
        os.kill(killed, signal.SIGKILL)
        _, err = running.communicate(timeout=30)
        assert (running.returncode, err) == (
            1,
            f"worker {killed} ended by signal 9; the others are ended too\n",
        )
        assert pids(tmp_path, "asked") == pids(tmp_path, "up") - {killed}


def test_one_that_fails_while_it_ends_is_told(tmp_path: Path) -> None:
    with started(tmp_path, 3) as running:
        running.terminate()
        _, err = running.communicate(timeout=30)
        told = {f"worker {pid} ended with exit code 3" for pid in pids(tmp_path, "up")}
        assert (running.returncode, set(err.splitlines())) == (1, told)
