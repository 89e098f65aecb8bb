"""Where a delivery stands in the book."""

from datetime import datetime
from typing import Self

from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import NextAction, Step


class Snapshot(Step):
    """The step that a delivery's row stands at, and what else of the row its run goes by."""

    issued: int = 0
    """How many units the buyer has already."""
    waived: bool = False
    """Waived by a person's decision: the order does not fail by it."""
    revision: int = 0
    """How many changes of the delivery were in the book then; a book with fewer was restored."""
    tries: int = 0
    """How many purchases were begun."""
    tried: int = 0
    """Which offer the last of them was made at; -1 for one that a person made."""

    @classmethod
    def at_step(
        cls, step: Step, *, issued: int, waived: bool, revision: int, tries: int, tried: int
    ) -> "Snapshot":
        """The snapshot of a row in which a step was written down."""
        said = {name: getattr(step, name) for name in Step.model_fields}
        return cls(**said, issued=issued, waived=waived, revision=revision, tries=tries, tried=tried)

    def checked(self, at: datetime) -> Self:
        """The same delivery, whose supplier is asked about it then."""
        return self.model_copy(update={"next_action": NextAction.CHECK, "at": at})

    def submitted(self, at: datetime | None, revision: int) -> Self:
        """The same delivery, to be bought then."""
        return self.model_copy(update={"next_action": NextAction.SUBMIT, "at": at, "revision": revision})

    def delivered(self) -> Self:
        """The same delivery, as if it were delivered."""
        return self.model_copy(update={"state": DeliveryState.DELIVERED, "next_action": NextAction.DONE})
