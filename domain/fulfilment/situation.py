"""What the step after a supplier's answer depends on besides the answer."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.waits import for_people
from domain.notes.note import Note
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import ActionRequired, Rejected


class Situation(BaseModel):
    """What the decision depends on besides the answer."""

    model_config = ConfigDict(frozen=True)

    now: datetime
    offer: int
    offers: int
    checks: int
    """How often this attempt was asked about before this answer."""
    submissions: int
    """How often this attempt's request was sent."""
    attempts: int = 1
    """How many purchases this delivery has seen, this one included."""
    last_submitted_at: datetime
    opened_at: datetime | None = None
    """When the purchase was begun; None: when it was submitted last."""
    accepted: bool = False
    """The supplier had accepted the order: that it knows none cannot be believed any more."""
    capabilities: Capabilities
    hold_window: timedelta
    hold_deadline: datetime | None = None
    """When an earlier hold of this delivery ends; trying again in between does not extend it."""
    held: HoldReason | None = None
    """Why the delivery is held, where it is asked about meanwhile."""
    held_note: Note | None = None
    best_reason: HoldReason | None = None
    """The most telling reason that earlier offers were refused for."""
    refusal: Rejected | ActionRequired | None = None
    """The refusal that the last request was answered with, where it named a cause."""
    last_words: Note | None = None
    """What the last request was answered with, where that names no cause; None for silence."""
    resting: bool = False
    """No request has left since the supplier said that it has no such order."""
    remembered: bool = False
    """The attempt is missing in a restored book, and only the run remembers it."""

    @property
    def age(self) -> timedelta:
        """How old the purchase is."""
        return self.now - (self.opened_at or self.last_submitted_at)

    @property
    def patience(self) -> timedelta:
        """How old an unresolved purchase may grow before a person is to know, and how long he then has."""
        return for_people(self.hold_window)
