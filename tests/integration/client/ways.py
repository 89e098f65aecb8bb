"""Ways from a shop to gateways, good ones and others."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx


class InTurn(httpx.BaseTransport):
    """Each request goes to the next address, and all that follow to the last."""

    def __init__(self, *addresses: str) -> None:
        self.statuses: list[int | None] = []
        """What was answered; None for nothing."""
        self._addresses = self._next(*addresses)
        self._real = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it to whoever is next."""
        request.url = httpx.URL(next(self._addresses)).join(request.url.raw_path.decode())
        self.statuses.append(None)
        answer = self._real.handle_request(request)
        self.statuses[-1] = answer.status_code
        return answer

    def close(self) -> None:
        """Close what is open."""
        self._real.close()

    def _next(self, *addresses: str) -> Iterator[str]:
        yield from addresses
        while True:
            yield addresses[-1]


@asynccontextmanager
async def cut_off(gateway: str) -> AsyncIterator[str]:
    """An address behind which the gateway does all that it is asked, and nobody is told what it answered."""
    host, port = httpx.URL(gateway).host, httpx.URL(gateway).port

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, requests = await asyncio.open_connection(host, port)

        async def pass_on() -> None:
            while sent := await reader.read(65536):
                requests.write(sent)
                await requests.drain()

        passing = asyncio.create_task(pass_on())
        assert await answers.read(1) == b"H"
        passing.cancel()
        requests.close()
        writer.transport.abort()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
