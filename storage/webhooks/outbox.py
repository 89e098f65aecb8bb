"""What is still to be sent, and the jobs that send it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.keys import canonical_digest
from storage.tables import WebhookDelivery

OPEN, DELIVERED, FAILED, DROPPED = "open", "delivered", "failed", "dropped"
AT_A_TIME = 200
OVERDUE = timedelta(minutes=15)
"""After its next try was due for so long, a delivery's job is made sure of again."""


@dataclass(frozen=True)
class Job:
    """One delivery, to be sent by one job."""

    delivery_id: str
    endpoint_id: str
    round: int

    @property
    def id(self) -> str:
        """The job's id in Temporal."""
        return f"webhook/{self.delivery_id}/{self.round}"


def queued(endpoint_id: str, event_number: int, now: datetime) -> WebhookDelivery:
    """A delivery that is to be sent at once."""
    return WebhookDelivery(**fresh(endpoint_id, event_number, now))


def fresh(endpoint_id: str, event_number: int, now: datetime) -> dict[str, str | int | datetime]:
    """The columns of one."""
    return {
        "id": "whd_" + canonical_digest([endpoint_id, event_number])[:24],
        "endpoint_id": endpoint_id,
        "event_number": event_number,
        "state": OPEN,
        "round": 1,
        "tries": 0,
        "next_try_at": now,
    }


def send_anew(row: WebhookDelivery, now: datetime) -> None:
    """Begin another round, with a job of its own."""
    row.state, row.round, row.tries = OPEN, row.round + 1, 0
    row.next_try_at, row.job_at, row.ended_at = now, None, None


async def without_job(session: AsyncSession, now: datetime) -> Sequence[Job]:
    """Open deliveries that have no job yet, or whose job may be gone."""
    late = now - OVERDUE
    overdue = (WebhookDelivery.next_try_at < late) & (WebhookDelivery.job_at < late)
    wanted = select(WebhookDelivery).where(
        WebhookDelivery.state == OPEN, or_(WebhookDelivery.job_at.is_(None), overdue)
    )
    rows = await session.scalars(
        wanted.order_by(WebhookDelivery.next_try_at, WebhookDelivery.event_number).limit(AT_A_TIME)
    )
    return [Job(row.id, row.endpoint_id, row.round) for row in rows]


async def have_jobs(session: AsyncSession, deliveries: Sequence[str], now: datetime) -> None:
    """Write down that these have their jobs."""
    await session.execute(
        update(WebhookDelivery).where(WebhookDelivery.id.in_(deliveries)).values(job_at=now)
    )
