"""What is refused before anything is sent: purchases that no supplier of this kind could serve."""

from domain.outcomes import Rejected
from domain.purchase import Purchase


def refused_here(purchase: Purchase, currency: str) -> Rejected | None:
    """The refusal of a purchase that a supplier of digital goods in `currency` cannot be asked for."""
    if purchase.kind == "shipment":
        return Rejected("kind_unsupported", "this supplier ships no parcels", scope="offer")
    if purchase.max_cost.currency != currency:
        return Rejected("currency_mismatch", f"this connection buys in {currency}", scope="offer")
    if purchase.kind == "recharge" and not purchase.account:
        return Rejected("account_missing", "a recharge needs an account", scope="request")
    return None
