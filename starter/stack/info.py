"""What a running stack tells other processes: where its parts are. Never a secret."""

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from settings import Settings
from starter.stack import lock

NAMESPACE = "default"
"""The one that Temporal's development server makes."""


class StackInfo(BaseModel):
    """Addresses of a running stack. None: not part of it, the user's own settings name it."""

    model_config = ConfigDict(frozen=True)

    pid: int
    database_url: str | None
    temporal_address: str | None
    ui_address: str | None
    simulators: Mapping[str, str]
    sandboxes: Mapping[str, str] = {}
    """Where the test system of each of them is served, by the name of its simulator."""
    gateway: str = ""
    """Where suppliers send their callbacks."""


def simulator_variable(name: str, what: str) -> str:
    """The environment variable that says this of a simulated supplier: its url, its account, its secret."""
    return f"{name}_SIM_{what}".replace("-", "_").upper()


def running(settings: Settings) -> StackInfo | None:
    """The stack that runs on this home and is ready, if any. It belongs to the process that started it."""
    try:
        info = StackInfo.model_validate_json(_file(settings.home).read_text())
    except FileNotFoundError:
        return None
    return info if lock.owner(lock_file(settings.home)) == info.pid else None


def publish(home: Path, info: StackInfo) -> None:
    """Makes the stack known, whole at once."""
    unfinished = _file(home).with_suffix(".new")
    unfinished.write_text(info.model_dump_json(indent=2) + "\n")
    os.replace(unfinished, _file(home))


def withdraw(home: Path) -> None:
    """Takes it back, before anything is stopped."""
    _file(home).unlink(missing_ok=True)


def lock_file(home: Path) -> Path:
    """Held by the process that owns the stack on this home, and by its children."""
    return home / "stack.lock"


def _file(home: Path) -> Path:
    return home / "stack.json"
