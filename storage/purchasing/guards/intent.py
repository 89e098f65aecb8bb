"""The purchase that is about to be sent, as every guard sees it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import AttemptState
from domain.fulfilment.steps import Step
from domain.requests import Reply
from storage.base import journal
from storage.purchasing.at_hand import AtHand
from storage.tables import Attempt, Delivery, Order


@dataclass(frozen=True)
class Intent:
    """To buy a delivery of a locked order from one of its offers."""

    session: AsyncSession
    at_hand: AtHand
    """Its attempt is one of which no request is under way; None before a new one."""
    offer: int
    now: datetime
    known: int | None = None
    """The delivery's revision that whoever decided to buy knew of."""

    @property
    def order(self) -> Order:
        """The locked order."""
        return self.at_hand.order

    @property
    def delivery(self) -> Delivery:
        """What is to be bought."""
        return self.at_hand.delivery

    @property
    def attempt(self) -> Attempt | None:
        """The delivery's unresolved one."""
        return self.at_hand.attempt

    async def follow(self, kind: str, step: Step) -> Reply:
        """Write down the step that takes the purchase's place, and reply with it."""
        stands = journal.follow(self.session, self.order, self.delivery, kind, self.now, step)
        await journal.restate(self.session, self.order, self.now)
        return Reply(delivery=stands)

    def never_left(self, code: str) -> bool:
        """Close an attempt of which no request ever left; False where there is none such."""
        if self.attempt is None or self.attempt.submissions > 0:
            return False
        self.attempt.state, self.attempt.closed_at = AttemptState.REJECTED.value, self.now
        self.attempt.code = code
        return True


Guard = Callable[[Intent], Awaitable[Reply | None]]
"""Replies by which step a purchase is replaced, and writes that down; None when nothing speaks against it."""
