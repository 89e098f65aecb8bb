"""Runs the command line in-process, in an environment that names no server and no stack."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from starter.cli import app
from storage.base.sealing import Vault
from tests.cli.beside import ready
from tests.cli.running import Perkflow as Perkflow
from tests.cli.running import Ran
from tests.cli.stacks import Stack, name_world
from tests.support.servers.deployment import fresh_keys, vault_of
from tests.support.world import World


@pytest.fixture(autouse=True)
def _no_deployment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("PERKFLOW_", "TEMPORAL_", "KAYIXIN_", "FULU_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PERKFLOW_HOME", str(tmp_path / "home"))


@pytest.fixture
def perkflow() -> Perkflow:
    """Run `perkflow` with these arguments."""

    def run(*args: object) -> Ran:
        result = CliRunner().invoke(app, [str(arg) for arg in args], prog_name="perkflow")
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Vault:
    """The keys of this deployment, which commands find in the environment too."""
    keys = fresh_keys()
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    return vault_of(keys)


@pytest.fixture
def stack(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stack:
    """The world that tests share, with commands that find it in their environment."""
    ready()
    name_world(world, monkeypatch)
    return Stack(world, tmp_path)
