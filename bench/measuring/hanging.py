"""A supplier's server that takes every call and answers none."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class HangingServer:
    """Counts the calls that wait for an answer now, and those that were ever made."""

    def __init__(self) -> None:
        self.url = ""
        self.waiting = 0
        self.taken = 0
        self._changed = asyncio.Condition()

    async def until_waiting(self, calls: int) -> None:
        """Wait until exactly so many calls wait for an answer."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.waiting == calls)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one call, and wait until the caller gives up."""
        await reader.read(1)
        self.taken += 1
        await self._count(+1)
        try:
            while await reader.read(65536):
                pass
        finally:
            await self._count(-1)
            writer.close()

    async def _count(self, change: int) -> None:
        async with self._changed:
            self.waiting += change
            self._changed.notify_all()


@asynccontextmanager
async def hanging_server() -> AsyncIterator[HangingServer]:
    """A server on loopback that hangs while the block runs."""
    hanging = HangingServer()
    async with await asyncio.start_server(hanging.take, "127.0.0.1", 0) as server:
        hanging.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        yield hanging
