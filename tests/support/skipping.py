"""A Perkflow whose Temporal server can skip time: months pass in seconds, for its activities as well."""

import asyncio
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from google.protobuf.duration_pb2 import Duration
from google.protobuf.empty_pb2 import Empty
from temporalio.api.testservice.v1 import (
    GetCurrentTimeResponse,
    LockTimeSkippingRequest,
    SleepRequest,
    UnlockTimeSkippingRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.contract.order import OrderDocument
from domain.messages import OrderReceipt
from storage.views.orders import OrderView
from tests.support.world import World


class ServerClock:
    """The server's time, for whoever cannot wait for it in a coroutine.

    An activity's own start is no such time: that of a local activity is the machine's. It is asked for in a
    thread of its own, since the clock of activities is a plain function.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._loop = asyncio.new_event_loop()
        self._client: Client | None = None
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def __call__(self) -> datetime:
        """The time by the server's clock."""
        return asyncio.run_coroutine_threadsafe(self._ask(), self._loop).result(timeout=30)

    def close(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _ask(self) -> datetime:
        if self._client is None:
            self._client = await Client.connect(self._address)
        told: GetCurrentTimeResponse = await self._client.test_service.get_current_time(Empty())
        return told.time.ToDatetime(UTC)


@dataclass
class SkippingWorld(World):
    """Skips time only where a test says so; otherwise time passes as it does for the database."""

    clock: ServerClock = field(kw_only=True)

    async def place(self, document: OrderDocument) -> OrderReceipt:
        """Place an order, and ask again for its receipt where this server fails at that on a busy machine."""
        try:
            return await super().place(document)
        except RPCError as error:
            if error.status is not RPCStatusCode.UNKNOWN:
                raise
            return await super().place(document)

    async def pass_to(self, at: datetime) -> None:
        """Skip to an instant; what comes due until then comes due at its time."""
        duration = Duration()
        duration.FromTimedelta(max(at - self.clock(), timedelta(0)))
        await self.client.test_service.unlock_time_skipping_with_sleep(SleepRequest(duration=duration))

    async def finish(self, document: OrderDocument, seconds: float = 60) -> OrderView:
        """Skip time until the order has ended."""
        await self.client.test_service.unlock_time_skipping(UnlockTimeSkippingRequest())
        try:
            return await super().finish(document, seconds)
        finally:
            await self.client.test_service.lock_time_skipping(LockTimeSkippingRequest())
