"""Runs the command line in-process, in an environment that names no server and no stack."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from starter.cli import app
from storage.sealing import Vault
from tests.support.world import fresh_keys, vault_of

EXAMPLES = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    exit_code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)

    @property
    def failure(self) -> Any:
        """The problem object on stderr; nothing else was printed."""
        assert self.out == ""
        return json.loads(self.err)


Perkflow = Callable[..., Ran]


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
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file and return its path."""

    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return written


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Vault:
    """The keys of this deployment, which commands find in the environment too."""
    keys = fresh_keys()
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    return vault_of(keys)
