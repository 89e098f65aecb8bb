"""Worlds whose processes have other rings: the keys of a rotation by name."""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from typing import Any, TypeVar

from temporalio.client import Client

from starter.announced import announced
from starter.codec import data_converter
from storage.base.sealing import KeyRing, Vault
from tests.support.world import World, working

AnyWorld = TypeVar("AnyWorld", bound=World)


def with_ring(world: AnyWorld, *keys: str) -> AnyWorld:
    """The same world, as a process with these keys works with it."""
    written = ",".join(f"{key}:{base64.b64encode(key.encode().ljust(32, b'.')).decode()}" for key in keys)
    vault = Vault(KeyRing.parse(written), world.vault.fingerprints)
    config: dict[str, Any] = {**world.client.config(), "data_converter": data_converter(vault)}
    return replace(world, client=Client(**config), vault=vault)


@asynccontextmanager
async def worker_with(world: World, *keys: str) -> AsyncIterator[World]:
    """A running worker with these keys, which starts from nothing, and a client with the same."""
    alike = with_ring(world, *keys)
    async with announced(alike.database, alike.vault.ring), working(alike.workers()):
        yield alike


def as_dict(world: World) -> dict[str, Any]:
    """What a world is made of."""
    return {field.name: getattr(world, field.name) for field in fields(World)}


async def eventually(reached: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds; fails after 30 seconds."""
    for _ in range(300):
        if await reached():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("never reached")
