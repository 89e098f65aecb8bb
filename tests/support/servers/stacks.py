"""The product's own stack in tests, with processes of its own, and a test beside them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from settings import Settings
from starter.connect import connect_temporal, open_database, open_vault
from starter.stack.stack import Stack
from tests.support.outside import Outside

ANY_PORTS: dict[str, Any] = {"temporal_port": 0, "ui_port": 0, "gateway_port": 0, "simulator_port": 0}
"""Settings of a stack beside others, which would all find the usual ports free at the same moment."""


def tell(line: str) -> None:
    """Progress of slow preparations, under pytest's `-s`."""
    print(line)


@asynccontextmanager
async def beside(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Outside]:
    """A process that works with a running stack."""
    for name, value in stack.environment.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    vault, database = open_vault(settings), open_database(settings)
    yield Outside(await connect_temporal(vault), database, vault)
    await database.close()
