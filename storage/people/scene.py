"""What an act on a delivery is applied to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.steps import Step
from domain.planning.gates import PlannedGate
from storage.base import journal
from storage.deliveries.holds import trying_again
from storage.tables import Attempt, Delivery, Order


@dataclass
class Scene:
    """A delivery of a locked order, with what an act on it depends on."""

    order: Order
    delivery: Delivery
    attempt: Attempt | None
    """The one whose fate is open."""
    gate: PlannedGate | None
    """The closed gate of its component."""
    now: datetime

    @property
    def tried_again(self) -> Step:
        """Where it goes on, or waits on for its instant or gate."""
        return trying_again(self.delivery, self.attempt, self.gate, self.delivery.note, self.now)

    def follow(self, session: AsyncSession, step: Step, kind: str, **changes: Any) -> None:
        """A person decided: whatever age and deadline an earlier hold had are over."""
        journal.follow(session, self.order, self.delivery, kind, self.now, step, afresh=True, **changes)
