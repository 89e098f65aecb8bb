"""Where the `temporal` CLI is looked for, and in which order, with fakes for everything that costs time."""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from settings import Settings
from starter.stack import temporal_binary, temporal_build, temporal_download
from starter.stack.report import StackError

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
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    async def start_local(**options: object) -> WorkflowEnvironment:
        raise RuntimeError("no network")

    monkeypatch.setattr(WorkflowEnvironment, "start_local", start_local)


def _settings(tmp_path: Path, temporal: Path | None = None) -> Settings:
    return Settings(home=tmp_path / "home", cache=tmp_path / "cache", temporal_binary=temporal)


def _cached(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "temporal-cli-1.5.1" / "temporal"


async def _find(settings: Settings) -> tuple[Path, list[str]]:
    told: list[str] = []
    return await temporal_binary.find_or_build(settings, told.append), told


async def test_a_setting_comes_first(tmp_path: Path, program: FakeProgram) -> None:
    program("temporal", "echo 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)'")
    named = program("mine", "")
    assert await _find(_settings(tmp_path, named)) == (named, [])


async def test_a_setting_that_names_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"PERKFLOW_TEMPORAL_BINARY names .*absent, which is not"):
        await _find(_settings(tmp_path, tmp_path / "absent"))


async def test_path_comes_second(tmp_path: Path, program: FakeProgram) -> None:
    on_path = program("temporal", "echo 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)'")
    _cached(tmp_path).parent.mkdir(parents=True)
    _cached(tmp_path).touch()
    assert await _find(_settings(tmp_path)) == (on_path, [])


async def test_an_old_one_on_path_is_passed_over_for_the_cache(tmp_path: Path, program: FakeProgram) -> None:
    old = program("temporal", "echo 'temporal version 0.11.0 (Server 1.22.0, UI 2.21.3)'")
    _cached(tmp_path).parent.mkdir(parents=True)
    _cached(tmp_path).touch()
    found, told = await _find(_settings(tmp_path))
    assert found == _cached(tmp_path)
    assert told == [
        f"Passing over {old}: temporal version 0.11.0 (Server 1.22.0, UI 2.21.3); "
        "server 1.28 or newer is needed"
    ]


async def test_a_download_is_kept(
    tmp_path: Path, program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    program("go", "exit 1")

    class Started:
        async def shutdown(self) -> None:
            pass

    async def start_local(*, download_dest_dir: str, dev_server_download_version: str) -> Started:
        assert dev_server_download_version == "v1.5.1"
        Path(download_dest_dir, "temporal-cli-v1.5.1").write_text("downloaded")
        return Started()

    monkeypatch.setattr(WorkflowEnvironment, "start_local", start_local)
    found, _ = await _find(_settings(tmp_path))
    assert found == _cached(tmp_path)
    assert found.read_text() == "downloaded"
    assert await _find(_settings(tmp_path)) == (found, [])


async def test_a_download_that_never_begins_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def start_local(**options: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(WorkflowEnvironment, "start_local", start_local)
    monkeypatch.setattr(temporal_download, "_LOOK_EVERY_SECONDS", 0.05)
    monkeypatch.setattr(temporal_download, "_FIRST_BYTES_SECONDS", 0.1)
    started = time.monotonic()
    target = tmp_path / "cache" / "temporal"
    assert await temporal_download.download("1.5.1", target, lambda line: None) is False
    assert time.monotonic() - started < 2
    assert list(target.parent.iterdir()) == []


@pytest.mark.usefixtures("offline")
async def test_go_builds_it_last(tmp_path: Path, program: FakeProgram) -> None:
    program("go", f'echo "$GOTOOLCHAIN $*" > {tmp_path}/asked; sleep 2.3; echo built > "$7"')
    found, told = await _find(_settings(tmp_path))
    assert found == _cached(tmp_path)
    assert found.read_text() == "built\n"
    assert (tmp_path / "asked").read_text() == (
        f"local build -C {temporal_build.MODULE} -mod=readonly -ldflags=-s -w "
        f"-o {_cached(tmp_path).with_name('temporal.new')} github.com/temporalio/cli/cmd/temporal\n"
    )
    assert told[-1] == "Building temporal: 2 s"


@pytest.mark.usefixtures("offline")
async def test_a_build_that_fails_says_why_and_leaves_nothing(tmp_path: Path, program: FakeProgram) -> None:
    program("go", "echo 'go.mod requires go >= 1.25.0'; exit 1")
    with pytest.raises(StackError, match=r"install Go 1\.25 or newer(.|\n)*go\.mod requires go >= 1\.25\.0"):
        await _find(_settings(tmp_path))
    assert not _cached(tmp_path).exists()


@pytest.mark.usefixtures("offline")
async def test_without_go_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StackError, match=r"^No Temporal server: put the `temporal` CLI on PATH"):
        await _find(_settings(tmp_path))
    assert os.listdir(_cached(tmp_path).parent) == ["lock"]
