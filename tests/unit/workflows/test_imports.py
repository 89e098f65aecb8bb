"""Workflow modules load nothing that does I/O: not directly, and not through anything they import."""

import pkgutil
import subprocess
import sys

import pytest

import workflows
from tests.support.places import ROOT

MODULES = sorted(module.name for module in pkgutil.walk_packages(workflows.__path__, "workflows."))
FORBIDDEN = {"httpx", "httpcore", "sqlalchemy", "psycopg", "asyncpg"}


def loaded_by(*modules: str) -> set[str]:
    """Which of the forbidden packages a fresh interpreter has loaded after importing these modules."""
    imports = "; ".join(f"import {module}" for module in modules)
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {imports}; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in done.stdout.split()} & FORBIDDEN


def test_every_workflow_module_together_loads_neither_httpx_nor_sqlalchemy() -> None:
    assert "workflows.order" in MODULES
    assert loaded_by(*MODULES) == set()


@pytest.mark.parametrize("module", ["activities.suppliers", "worker"])
def test_the_check_sees_them_where_they_are(module: str) -> None:
    assert {"httpx", "sqlalchemy"} & loaded_by(module)
