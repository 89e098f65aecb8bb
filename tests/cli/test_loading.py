"""A command loads what it needs and no more, and the help of all of them loads none."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from starter.cli.app import Commands, app
from starter.cli.lazy import LazyGroup
from tests.support.places import ROOT

HEAVY = {"temporalio", "sqlalchemy", "alembic", "psycopg", "httpx", "starlette", "cryptography", "yaml"}
LOADED = (
    "import atexit, sys; from starter.cli import main; "
    "atexit.register(lambda: print(*sys.modules, file=sys.stderr)); main()"
)


def loaded_by(*args: str, **variables: str) -> set[str]:
    """The packages that a process of `perkflow` has loaded when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *args],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in done.stderr.splitlines()[-1].split()}


def groups() -> Iterator[tuple[str, Any]]:
    """Every group whose commands are loaded late."""
    yield "", get_command(app)
    for name in Commands.entries:
        command = get_command(app).get_command(None, name)  # type: ignore[attr-defined]
        if isinstance(command, LazyGroup):
            yield name, command


def listed() -> list[tuple[str, str, str]]:
    """Group, name and first help of every command that is loaded late."""
    return [(at, name, entry.help) for at, group in groups() for name, entry in group.entries.items()]


@pytest.mark.parametrize("args", [("--help",), ("order", "--help")])
def test_help_loads_no_command(args: tuple[str, ...]) -> None:
    assert loaded_by(*args) & HEAVY == set()


def test_the_list_of_orders_loads_the_driver_and_nothing_else_that_is_heavy(database_url: str) -> None:
    found = loaded_by("order", "list", PERKFLOW_DATABASE_URL=database_url)
    assert found & HEAVY == {"psycopg"}


@pytest.mark.parametrize(("group", "name", "told"), listed())
def test_the_help_of_a_group_begins_like_that_of_its_command(group: str, name: str, told: str) -> None:
    command = dict(groups())[group].get_command(None, name)
    assert " ".join((command.help or "").split("\n\n")[0].split()) == told


@pytest.mark.parametrize(("group", "names"), [(at, tuple(group.entries)) for at, group in groups()])
def test_every_command_is_listed_with_its_help(perkflow: Any, group: str, names: tuple[str, ...]) -> None:
    shown = perkflow(*group.split(), "--help").out
    told = " ".join(shown.replace("│", " ").split())
    for name in names:
        assert f" {name} {dict(groups())[group].entries[name].help}" in told
