"""Where the `temporal` CLI is looked for, and in which order, with scripts in place of servers."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from settings import Settings
from starter.stack.progress import StackError
from starter.stack.servers.temporal_binary import find_temporal

FakeProgram = Callable[[str, str], Path]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeProgram:
    """Puts a shell script on a PATH that holds nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def put(name: str, body: str) -> Path:
        script = folder / name
        script.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{body}\n")
        script.chmod(0o755)
        return script

    return put


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A virtual environment that has the wheel."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    binary = tmp_path / "temporal"
    binary.touch(mode=0o755)
    return binary


def _find(tmp_path: Path, temporal: Path | None = None) -> tuple[Path, list[str]]:
    told: list[str] = []
    return find_temporal(Settings(home=tmp_path / "home", temporal_binary=temporal), told.append), told


@pytest.mark.usefixtures("wheel")
def test_a_setting_comes_first(tmp_path: Path, program: FakeProgram) -> None:
    program("temporal", "echo 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)'")
    named = program("mine", "")
    assert _find(tmp_path, named) == (named, [])


def test_a_setting_that_names_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"PERKFLOW_TEMPORAL_BINARY names .*absent, which is not"):
        _find(tmp_path, tmp_path / "absent")


@pytest.mark.usefixtures("wheel")
def test_path_comes_second(tmp_path: Path, program: FakeProgram) -> None:
    on_path = program("temporal", "echo 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)'")
    assert _find(tmp_path) == (on_path, [])


def test_an_old_one_on_path_is_passed_over_for_the_wheel(
    tmp_path: Path, program: FakeProgram, wheel: Path
) -> None:
    old = program("temporal", "echo 'temporal version 0.11.0 (Server 1.22.0, UI 2.21.3)'")
    assert _find(tmp_path) == (
        wheel,
        [
            f"Passing over {old}: temporal version 0.11.0 (Server 1.22.0, UI 2.21.3); "
            "server 1.28 or newer is needed"
        ],
    )


@pytest.mark.usefixtures("program")
def test_the_wheel_comes_last(tmp_path: Path, wheel: Path) -> None:
    assert _find(tmp_path) == (wheel, [])


@pytest.mark.usefixtures("program")
def test_without_any_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(StackError, match=r"^No Temporal server: install requirements-local\.txt, put"):
        _find(tmp_path)


def test_the_wheel_is_the_server_that_the_tests_run_on(temporal_binary: Path) -> None:
    said = subprocess.run([temporal_binary, "--version"], capture_output=True, text=True, check=True).stdout
    assert said == "temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)\n"
