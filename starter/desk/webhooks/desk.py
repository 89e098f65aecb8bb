"""Endpoints that are notified of events, and reading the same events without one.

`channel` is whose endpoints these are: None is for operations, which see everything.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from pydantic import BaseModel, Field

from domain.webhooks.addresses import url_problem
from domain.webhooks.catalogue import for_operations, unknown_patterns
from starter.desk.errors import NotFound
from starter.desk.webhooks.errors import (
    BadCursor,
    EndpointRefused,
    EventsPruned,
    FeedRestarted,
    TooManyEndpoints,
)
from storage.base.database import Database
from storage.base.sealing import KeyRing
from storage.public import pages
from storage.public.pages import Page
from storage.webhooks import endpoints, log, replay
from storage.webhooks.endpoints import Endpoint
from storage.webhooks.log import Sent
from storage.webhooks.secrets import OVERLAP, new_secret

MOST = 20
"""Endpoints of one channel, or of operations."""


class NewEndpoint(BaseModel):
    """An endpoint, with its secret, which is shown this once."""

    endpoint: Endpoint
    secret: str = Field(repr=False)


class Webhooks:
    """What a channel, or operations, can do about notifications."""

    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring

    async def add(self, channel: str | None, url: str, events: Sequence[str] = ("*",)) -> NewEndpoint:
        """A new endpoint, notified of what happens from now on. Raises EndpointRefused, TooManyEndpoints."""
        if why := url_problem(url):
            raise EndpointRefused("url", why)
        if unknown := unknown_patterns(events) or ([] if events else ["none"]):
            raise EndpointRefused(
                "events", f"no event is called {unknown[0]}; say *, order.* or order.closed"
            )
        if channel is not None and (ours := for_operations(events)):
            raise EndpointRefused(
                "events", f"{ours[0]} is for operations only; a channel gets order.*, delivery.* and refund.*"
            )
        now = datetime.now(UTC)
        async with self._database.transaction() as session:
            urls = await endpoints.urls_to_add_to(session, channel)
            if url in urls:
                raise EndpointRefused("url", f"{urls[url]} is notified there already: remove it first")
            if len(urls) >= MOST:
                raise TooManyEndpoints(f"{MOST} endpoints are the most there can be: remove one first")
            added = await endpoints.add_endpoint(session, channel, url, events, now)
            secret = await new_secret(session, self._ring, added, now)
        return NewEndpoint(endpoint=await self.one(channel, added), secret=secret)

    async def all(self, channel: str | None) -> list[Endpoint]:
        """Every endpoint of a channel; for operations, of everybody."""
        async with self._database.snapshot() as session:
            return await endpoints.endpoints(session, channel)

    async def one(self, channel: str | None, endpoint_id: str) -> Endpoint:
        """One of them. Raises NotFound."""
        async with self._database.snapshot() as session:
            found = await endpoints.one_endpoint(session, channel, endpoint_id)
        if found is None:
            raise NotFound(f"there is no webhook endpoint {endpoint_id}")
        return found

    async def remove(self, channel: str | None, endpoint_id: str) -> None:
        """Send nothing more to an endpoint, for good. Raises NotFound."""
        await self.one(channel, endpoint_id)
        async with self._database.transaction() as session:
            await endpoints.remove(session, endpoint_id, datetime.now(UTC))

    async def enable(self, channel: str | None, endpoint_id: str) -> Endpoint:
        """Send to a disabled endpoint again, from now on. Raises NotFound."""
        await self.one(channel, endpoint_id)
        async with self._database.transaction() as session:
            await endpoints.enable(session, endpoint_id)
        return await self.one(channel, endpoint_id)

    async def disable(self, channel: str | None, endpoint_id: str) -> Endpoint:
        """Send nothing to an endpoint until it is enabled. Raises NotFound."""
        await self.one(channel, endpoint_id)
        async with self._database.transaction() as session:
            row = await endpoints.get_endpoint(session, endpoint_id, locked=True)
            endpoints.disable(session, row, endpoints.BY_PERSON, datetime.now(UTC))
        return await self.one(channel, endpoint_id)

    async def rotate(
        self, channel: str | None, endpoint_id: str, overlap: timedelta = OVERLAP
    ) -> NewEndpoint:
        """Another secret; the one before signs beside it until the overlap ends. Raises NotFound."""
        endpoint = await self.one(channel, endpoint_id)
        async with self._database.transaction() as session:
            secret = await new_secret(session, self._ring, endpoint_id, datetime.now(UTC), overlap)
        return NewEndpoint(endpoint=endpoint, secret=secret)

    async def log(
        self, channel: str | None, endpoint_id: str, *, state: str | None = None, most: int = 50
    ) -> list[Sent]:
        """What an endpoint was sent, and what it answered, the newest first. Raises NotFound."""
        await self.one(channel, endpoint_id)
        async with self._database.snapshot() as session:
            return await log.sent(session, endpoint_id, state=state, most=most)

    async def send_again(self, channel: str | None, endpoint_id: str, delivery_id: str) -> None:
        """Send one event once more. Raises NotFound."""
        await self.one(channel, endpoint_id)
        async with self._database.transaction() as session:
            try:
                await replay.send_again(session, endpoint_id, delivery_id, datetime.now(UTC))
            except LookupError as error:
                raise NotFound(str(error)) from None

    async def send_missed(self, channel: str | None, endpoint_id: str, since: datetime) -> int:
        """Send all that happened since then and that the endpoint has not had. Raises NotFound."""
        await self.one(channel, endpoint_id)
        events, last = 0, 0
        while True:
            async with self._database.transaction() as session:
                found = await replay.send_missed(session, endpoint_id, since, datetime.now(UTC), last)
            if found is None:
                return events
            events, last = events + found.events, found.last

    async def send_test(self, channel: str | None, endpoint_id: str) -> str:
        """Send a test event; the id of its delivery, to be found in the log. Raises NotFound."""
        await self.one(channel, endpoint_id)
        async with self._database.transaction() as session:
            return await replay.send_test(session, endpoint_id, datetime.now(UTC))

    async def events(
        self,
        channel: str | None,
        *,
        after: str | None = None,
        most: int = 100,
        types: Sequence[str] = (),
        day: date | None = None,
    ) -> Page:
        """The events after a cursor, or those of them on a day in UTC.

        Raises BadCursor, FeedRestarted, EventsPruned.
        """
        async with self._database.snapshot() as session:
            try:
                return await pages.page(session, channel, after=after, most=most, types=types, day=day)
            except pages.BadCursor as error:
                raise BadCursor(str(error)) from None
            except pages.OtherEpoch as error:
                raise FeedRestarted(str(error), error.cursor) from None
            except pages.Pruned as error:
                raise EventsPruned(str(error), error.cursor) from None
