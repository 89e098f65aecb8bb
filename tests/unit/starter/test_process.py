"""How processes of ours end: with the code that was meant, everything said, and no abort."""

import os
import subprocess
import sys

import pytest

from tests.support.places import ROOT


def ended(program: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """A process that runs this program through `starter.process`.

    It listens to SIGINT whoever started the tests: a shell's background jobs inherit that it is ignored.
    """
    script = (
        "import atexit, os, signal, sys\nfrom starter import process\n\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n\n"
        f"def program():\n    {program}\n"
    )
    return subprocess.run(
        [sys.executable, "-c", f"{script}\nprocess.run(program)"],
        cwd=ROOT,
        text=True,
        stderr=subprocess.PIPE,
        stdout=stdout,
    )


@pytest.mark.parametrize(
    ("program", "code", "out", "err"),
    [
        ("print('done')", 0, "done\n", ""),
        ("print('no', end=''); sys.exit(1)", 1, "no", ""),
        ("sys.exit()", 0, "", ""),
        ("sys.stderr.write('half a line')", 0, "", "half a line"),
        ("sys.exit('it is missing')", 1, "", "it is missing\n"),
        ("os.kill(os.getpid(), signal.SIGINT)", 130, "", ""),
        ("atexit.register(lambda: print('closed'))", 0, "closed\n", ""),
        ("print('x' * 1_000_000)", 0, "x" * 1_000_000 + "\n", ""),
    ],
)
def test_a_process_ends_with_the_code_that_was_meant_and_all_that_was_said(
    program: str, code: int, out: str, err: str
) -> None:
    done = ended(program)
    assert (done.returncode, done.stdout, done.stderr) == (code, out, err)


def test_an_error_that_nobody_expected_is_1_with_its_trace() -> None:
    done = ended("raise KeyError('k')")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "KeyError: 'k'")


def test_output_that_could_not_be_written_is_no_success() -> None:
    with open("/dev/full", "w") as full:
        done = ended("print('done')", stdout=full.fileno())
    assert (done.returncode, done.stderr) == (1, "the output could not be written: No space left on device\n")


def test_who_no_longer_reads_keeps_nobody_from_their_work() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = ended("print('x' * 1_000_000, flush=True); print('worked', file=sys.stderr)", stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "worked\n")
