"""Refusals: of purchases that no supplier of this kind could serve, and how far a refusal can be believed."""

from domain.supply.outcomes import ActionRequired, Rejected, Uncertain
from domain.supply.purchase import Purchase


def refused_here(purchase: Purchase, currency: str) -> Rejected | None:
    """The refusal of a purchase that a supplier of digital goods in `currency` cannot be asked for."""
    if purchase.kind == "shipment":
        return Rejected("kind_unsupported", "this supplier ships no parcels", scope="offer")
    if purchase.max_cost.currency != currency:
        return Rejected("currency_mismatch", f"this connection buys in {currency}", scope="offer")
    if purchase.kind == "recharge" and not purchase.account:
        return Rejected("account_missing", "a recharge needs an account", scope="request", wrong_account=True)
    return None


def believed(
    refused: Rejected | ActionRequired | Uncertain, purchase: Purchase
) -> Rejected | ActionRequired | Uncertain:
    """A refusal of this request, which ends the purchase only when no earlier request was sent for it.

    The first one may still be under way or have sold, so a refusal of its repetition decides nothing. What a
    supplier says about the *order* is no refusal of a request and does not belong here.
    """
    if isinstance(refused, Uncertain) or not purchase.resubmitted:
        return refused
    why = f"refused when sent again, with code {refused.code}: {refused.message}"
    return Uncertain(why, refusal=refused)
