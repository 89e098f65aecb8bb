"""The log of an endpoint: which events it was sent, and what it answered."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import PublicEvent, WebhookDelivery, WebhookTry


class Try(BaseModel):
    """One request, and what came back."""

    number: int
    at: datetime
    took_ms: int
    status: int | None
    answer: str


class Sent(BaseModel):
    """One event for an endpoint."""

    id: str
    event_id: str
    type: str
    state: str
    next_try_at: datetime | None
    ended_at: datetime | None
    tries: Sequence[Try]


async def sent(
    session: AsyncSession, endpoint_id: str, *, state: str | None = None, most: int = 50
) -> list[Sent]:
    """An endpoint's deliveries, the newest event first."""
    wanted = (
        select(WebhookDelivery, PublicEvent)
        .join(PublicEvent, PublicEvent.number == WebhookDelivery.event_number)
        .where(WebhookDelivery.endpoint_id == endpoint_id)
    )
    if state is not None:
        wanted = wanted.where(WebhookDelivery.state == state)
    rows = (await session.execute(wanted.order_by(PublicEvent.number.desc()).limit(most))).all()
    tries: dict[str, list[Try]] = {}
    of_them = select(WebhookTry).where(WebhookTry.delivery_id.in_([row.id for row, _ in rows]))
    for each in await session.scalars(of_them.order_by(WebhookTry.delivery_id, WebhookTry.number)):
        tries.setdefault(each.delivery_id, []).append(
            Try(
                number=each.number,
                at=each.at,
                took_ms=each.took_ms,
                status=each.status,
                answer=each.answer,
            )
        )
    return [
        Sent(
            id=row.id,
            event_id=event.id,
            type=event.type,
            state=row.state,
            next_try_at=row.next_try_at if row.state == "open" else None,
            ended_at=row.ended_at,
            tries=tries.get(row.id, []),
        )
        for row, event in rows
    ]
