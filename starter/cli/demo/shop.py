"""The demonstration's shop: a channel that calls the gateway over HTTP, with a key of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.access import SELLING
from starter.cli.demo.scenes import CHANNEL
from starter.client import Perkflow
from starter.desk.channels.keys import ChannelKeys
from storage.base.database import Database
from storage.channels.keys import Grant

_RATE_PER_MINUTE = 6000
"""It asks for every order several times a second, so that people can watch."""


@asynccontextmanager
async def open_shop(database: Database, gateway: str) -> AsyncIterator[Perkflow]:
    """A client with a fresh live key, which opens nothing any more at the end."""
    keys = ChannelKeys(database)
    grant = Grant(CHANNEL, True, SELLING, _RATE_PER_MINUTE, "of perkflow demo", "perkflow demo")
    key, secret = await keys.add(grant)
    try:
        with Perkflow(gateway, secret, trust_env=False) as perkflow:
            yield perkflow
    finally:
        await keys.revoke(key.id)
