"""Verification in a fault run: only of what nobody was told about.

Deliveries are verified after a day at the earliest, which no run waits for. What was taken back and reported
has to be found by its report; where that was lost, the time for it comes at once.
"""

from datetime import UTC, datetime

from sqlalchemy import exists, or_, select

from domain.fulfilment.states import AttemptState
from storage.tables import Attempt, Callback
from tests.chaos.audit.requests.reports import TAKEN_BACK
from tests.chaos.stack.ground import Ground


async def verify_untold(made: Ground) -> None:
    """Bring forward the verification of what was taken back without a word."""
    now = datetime.now(UTC)
    sales = [sale for supplier in made.simulators.values() for sale in supplier.ledger.sales()]
    gone = [sale.number for sale in sales if sale.credited_minor == sale.money_minor]
    told = exists().where(
        Callback.key == Attempt.key,
        Callback.stated.in_(TAKEN_BACK),
        or_(Callback.supplier_order.is_(None), Callback.supplier_order == Attempt.supplier_order),
    )
    untold = select(Attempt).where(
        Attempt.key.in_(gone),
        Attempt.state == AttemptState.DELIVERED.value,
        Attempt.verify_at > now,
        ~told,
    )
    async with made.database.transaction() as session:
        for attempt in await session.scalars(untold):
            attempt.verify_at = now
