"""A worker's announcement of its keys, in the book while it runs: others see what it can open."""

import asyncio
import logging
import os
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError

from starter.not_ready import NotReady
from storage.base.database import Database
from storage.base.sealing import KeyRing
from storage.base.unavailable import DatabaseUnavailable
from storage.keys import holders

EVERY_SECONDS = 20.0

log = logging.getLogger(__name__)


@asynccontextmanager
async def announced(database: Database, ring: KeyRing) -> AsyncIterator[None]:
    """Say which keys this worker has until the block ends.

    Raises NotReady when another running worker could not read what this one seals, or the other way round.
    """
    identity, name = uuid.uuid4().hex, f"{socket.gethostname()} (process {os.getpid()})"
    async with database.transaction() as session:
        if why := await holders.mismatch(session, ring):
            raise NotReady(why)
        await holders.announce(session, identity, name, ring)
    repeating = asyncio.create_task(_repeat(database, identity, name, ring))
    try:
        yield
    finally:
        repeating.cancel()
        with suppress(asyncio.CancelledError):
            await repeating
        with suppress(DatabaseUnavailable, SQLAlchemyError):
            async with database.transaction() as session:
                await holders.leave(session, identity)


async def _repeat(database: Database, identity: str, name: str, ring: KeyRing) -> None:
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            async with database.transaction() as session:
                await holders.announce(session, identity, name, ring)
        except (DatabaseUnavailable, SQLAlchemyError) as error:
            log.warning("this worker's keys could not be announced: %s", type(error).__name__)
