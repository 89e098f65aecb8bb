"""Copies of the product in which a recipe of CONTRIBUTING.md is followed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.places import ROOT

ROOMS = ("activities", "adapters", "domain", "simulator", "starter", "storage", "workflows")
FILES = ("settings.py", "worker.py", "pyproject.toml", "Makefile", "Dockerfile", "docker-compose.yml")
Edits = Mapping[str, Sequence[tuple[str, str]]]
"""In which files, behind which line, which line is added."""


def copy_product(folder: Path, edits: Edits) -> None:
    """Put the product as it is into a folder, and add these lines behind lines that are there once."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        shutil.copy(ROOT / file, folder / file)
    for file, lines in edits.items():
        text = (folder / file).read_text()
        for behind, added in lines:
            assert text.count(behind) == 1
            text = text.replace(behind, behind + added)
        (folder / file).write_text(text)


def run(copy: Path, variables: Mapping[str, str], *command: str) -> str:
    """What Python says when it runs this in a copy, with these variables beside our own."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "PERKFLOW_HOME": str(copy / "home"), **variables}
    ran = subprocess.run(
        [sys.executable, *command], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def run_on(database_url: str, copy: Path, *command: str) -> str:
    """The same, with a book, and lines wide enough for a sentence."""
    return run(copy, {"PERKFLOW_DATABASE_URL": database_url, "COLUMNS": "200"}, *command)
