"""What is owed back, as people and programs see it: every refund by itself, and sums for each state."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel

from domain.fulfilment.states import RefundState
from domain.money import Money
from domain.notes.note import Note
from storage.tables import Refund


class RefundView(BaseModel):
    """One refund; the channel names its `id` when it says what became of it."""

    id: str
    amount: Money
    state: str
    reason: Note
    decided_at: datetime
    settled_at: datetime | None
    outcome_note: str | None
    replaced_by: str | None
    """The refund that was decided instead of this one, which failed."""


class RefundSums(BaseModel):
    """What became of all that was decided; None for nothing. What was decided again counts once."""

    to_pay: Money | None = None
    paid: Money | None = None
    failed: Money | None = None
    withheld: Money | None = None
    """Not to be paid while the payment is gone."""

    @property
    def owed(self) -> Money | None:
        """Decided or moved."""
        parts = [each for each in (self.to_pay, self.paid) if each is not None]
        if not parts:
            return None
        return Money(amount=sum(each.amount for each in parts), currency=parts[0].currency)


_SUM_OF = {
    RefundState.DECIDED: "to_pay",
    RefundState.CONFIRMED: "paid",
    RefundState.FAILED: "failed",
    RefundState.WITHHELD: "withheld",
}


def refund_view(refund: Refund) -> RefundView:
    """A refund of the book."""
    return RefundView(
        id=refund.id,
        amount=Money(amount=refund.amount, currency=refund.currency),
        state=refund.state,
        reason=refund.reason,
        decided_at=refund.decided_at,
        settled_at=refund.settled_at,
        outcome_note=refund.outcome_note,
        replaced_by=refund.replaced_by,
    )


def sums(refunds: Iterable[RefundView]) -> RefundSums:
    """What these refunds, all of one currency, come to for each state."""
    found: dict[str, Money] = {}
    for refund in refunds:
        if refund.replaced_by is None:
            name = _SUM_OF[RefundState(refund.state)]
            before = found[name].amount if name in found else 0
            found[name] = Money(amount=before + refund.amount.amount, currency=refund.amount.currency)
    return RefundSums(**found)
