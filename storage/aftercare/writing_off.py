"""What was delivered and cannot be used: recorded as such, and never lost."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import ISSUED, AttemptState
from storage.tables import Attempt, Credential, Delivery


async def write_off(session: AsyncSession, delivery: Delivery, now: datetime) -> None:
    """Leave the purchases that a delivery stands for in the book as of no use to its buyer.

    What they cost stays known, and is asked about as before.
    """
    issued = select(Attempt).where(Attempt.delivery_id == delivery.id, Attempt.state.in_(ISSUED))
    for attempt in list(await session.scalars(issued)):
        attempt.state = AttemptState.WRITTEN_OFF.value
        gone = update(Credential).where(Credential.attempt_id == attempt.id, Credential.revoked_at.is_(None))
        await session.execute(gone.values(revoked_at=now))
