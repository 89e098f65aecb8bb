"""The HTTP API of channels, as a channel's developer calls it."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

from domain.access import Scope
from domain.contract.order import OrderDocument
from starter.desk.channels.keys import ChannelKeys
from storage.base.database import Database
from storage.channels.keys import Grant
from tests.support.gateway import serving_gateway
from tests.support.world import World

NOT_IN_TESTS = frozenset({Scope.CONTRACTS_PUBLISH, Scope.STOCK_READ})


async def key_for(
    database: Database,
    channel: str = "shop",
    *,
    scopes: Iterable[Scope] = tuple(Scope),
    livemode: bool = True,
    rate: int = 100_000,
) -> str:
    """A key of a channel, with every scope unless told otherwise."""
    allowed = set(scopes) if livemode else set(scopes) - NOT_IN_TESTS
    grant = Grant(channel, livemode, allowed, rate, "of a test", "tests")
    _, secret = await ChannelKeys(database).add(grant)
    return secret


@asynccontextmanager
async def calling(address: str, key: str | None, **more: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client that shows this key."""
    headers: Mapping[str, str] = {"Authorization": f"Bearer {key}"} if key else {}
    options = {"base_url": address, "headers": headers, "trust_env": False, "timeout": 60, **more}
    async with httpx.AsyncClient(**options) as http:
        yield http


@asynccontextmanager
async def shop(world: World, **more: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the world's channel `shop`, and a gateway for it."""
    key = await key_for(world.database)
    async with serving_gateway(world, **more) as address, calling(address, key) as http:
        yield http


def body_of(document: OrderDocument, **changes: Any) -> dict[str, Any]:
    """An order document as it is sent, without its channel."""
    return {**document.model_dump(mode="json", exclude={"channel"}, exclude_defaults=True), **changes}


def problem(answer: httpx.Response) -> tuple[int, str]:
    """The status and code of a problem that is one by its media type."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    return answer.status_code, answer.json()["code"]
