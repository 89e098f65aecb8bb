"""Keys and simulator credentials for a machine that has none of its own, made on the first start.

They stay in one file of the stack's home. It must live as long as the database there: without the key ring
nothing in it can be opened. Production sets these variables itself, and this file is not used.
"""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from domain.access import prefix

TEST_KEY = "PERKFLOW_TEST_KEY"
"""The key of a test channel on this home's own database, for whoever tries the HTTP API."""


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


_MAKERS: Mapping[str, Callable[[], str]] = {
    "PERKFLOW_KEYRING": lambda: f"k1:{_key()}",
    "PERKFLOW_FINGERPRINT_KEY": _key,
    TEST_KEY: lambda: prefix(livemode=False) + secrets.token_urlsafe(32),
}


def ensure(home: Path) -> dict[str, str]:
    """The development secrets of this home as environment variables; makes those that are missing.

    Only the process that holds the home's lock may call it.
    """
    from starter.stack.suppliers import (
        account_makers,
        sandboxes,
    )  # slow to load, and read alone needs none of it

    known = read(home)
    makers = {**_MAKERS, **account_makers(), **account_makers(sandboxes())}
    missing = {name: make() for name, make in makers.items() if name not in known}
    if missing:
        _write(home, known | missing)
    return known | missing


def read(home: Path) -> dict[str, str]:
    """What `ensure` made; empty before the first start."""
    try:
        lines = _file(home).read_text().splitlines()
    except FileNotFoundError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def _write(home: Path, values: Mapping[str, str]) -> None:
    note = "# Development secrets, made by `perkflow up`. Lost keys mean a lost database."
    lines = [note, *(f"{name}={value}" for name, value in values.items())]
    unfinished = _file(home).with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(_file(home))


def _file(home: Path) -> Path:
    return home / "secrets.env"
