"""What a purchase cost: what its supplier charged, and what it has paid back of that, kept apart.

Suppliers tell both in full each time they are asked, never what changed. So both are overwritten, and their
difference is what the supplier keeps: to the cent what its ledger says.
"""

from domain.money import Money
from domain.supply.outcomes import Receipt
from storage.tables import Attempt


def keep_cost(attempt: Attempt, receipt: Receipt) -> None:
    """Write down what an answer tells of the cost; what it does not tell stays as it was."""
    if receipt.charged is not None:
        attempt.charged_amount = receipt.charged.amount
        attempt.charged_currency = receipt.charged.currency
    if receipt.credited is not None:
        _credit(attempt, receipt.credited)


def all_paid_back(attempt: Attempt, credited: Money | None = None) -> None:
    """The supplier keeps nothing of it, unless it says what it has paid back in all."""
    if credited is not None:
        _credit(attempt, credited)
    elif attempt.charged_amount is not None:
        attempt.credited_amount = attempt.charged_amount


def _credit(attempt: Attempt, credited: Money) -> None:
    if attempt.charged_amount is None:
        attempt.charged_amount, attempt.charged_currency = credited.amount, credited.currency
    attempt.credited_amount = min(credited.amount, attempt.charged_amount)
