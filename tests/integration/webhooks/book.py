"""Events of a book without orders' runs, and what becomes of them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select

from storage.base.database import Database
from storage.tables import WebhookDelivery
from storage.webhooks.outbox import Job, without_job
from tests.integration.feed.orders import write


async def paused(database: Database, order_id: str, times: int = 1) -> None:
    """So many events of an order."""
    for _ in range(times):
        async with database.transaction() as session:
            await write(session, order_id)


async def states(database: Database, endpoint_id: str) -> list[str]:
    """What became of all that an endpoint was to get."""
    of_it = select(WebhookDelivery.state).where(WebhookDelivery.endpoint_id == endpoint_id)
    async with database.snapshot() as session:
        return list(await session.scalars(of_it.order_by(WebhookDelivery.event_number)))


async def jobs(database: Database) -> Sequence[Job]:
    """What is still to be given a job."""
    async with database.snapshot() as session:
        return await without_job(session, datetime.now(UTC))
