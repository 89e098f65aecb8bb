"""What the book says of itself, read seldom: however often somebody scrapes, it is asked every 15 seconds."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from storage.base.database import Database
from storage.base.unavailable import DatabaseUnavailable
from storage.views.gauges import Gauges, gauges

EVERY_SECONDS = 15.0

log = logging.getLogger("starter.gateway")


async def read_gauges(database: Database) -> Gauges:
    """How the book stands now."""
    async with database.snapshot() as session:
        return await gauges(session)


class BookMetrics(Collector):
    """The last answer of the book; none while it does not answer."""

    def __init__(
        self, read: Callable[[], Awaitable[Gauges]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read = read
        self._clock = clock
        self._asking = asyncio.Lock()
        self._asked_at: float | None = None
        self._last: Gauges | None = None

    async def refresh(self) -> None:
        """Ask the book, unless it was asked within the last 15 seconds."""
        async with self._asking:
            now = self._clock()
            if self._asked_at is not None and now - self._asked_at < EVERY_SECONDS:
                return
            self._asked_at = now
            try:
                self._last = await self._read()
            except (DatabaseUnavailable, SQLAlchemyError) as error:
                self._last = None
                log.warning("the book could not be asked for its metrics: %s", type(error).__name__)

    def collect(self) -> Iterator[Metric]:
        """What Prometheus is told."""
        last = self._last
        yield _gauge("book_up", "Whether the database answered.", 0 if last is None else 1)
        if last is None:
            return
        yield _gauge("orders_open", "Orders that are not closed.", last.orders_open)
        held = GaugeMetricFamily(
            "perkflow_orders_held", "Orders with a delivery on hold, by its reason.", labels=["reason"]
        )
        for reason, number in sorted(last.orders_held.items()):
            held.add_metric([reason], number)
        yield held
        yield _gauge("webhooks_open", "Events that endpoints are still to get.", last.webhooks_open)
        yield _gauge("webhook_oldest_seconds", "Age of the oldest of those.", last.webhook_oldest)
        yield _gauge(
            "webhook_lag_seconds", "Age of the oldest event that is not public yet.", last.webhook_lag
        )


def _gauge(name: str, said: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"perkflow_{name}", said, value)
