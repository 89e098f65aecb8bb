"""Refusals: what a known cause means, how far one is believed, and which are given before asking."""

from adapters.answers.causes import Cause
from domain.notes.note import Note
from domain.notes.supply.exchanges import RefusedWhenSentAgain
from domain.notes.supply.goods import AccountMissing, BuysIn, NoParcels
from domain.supply.outcomes import ActionRequired, Rejected, Uncertain
from domain.supply.purchase import Purchase


def refusal_for(cause: Cause, code: str, shown: Note) -> Rejected | ActionRequired:
    """The refusal for a cause. `shown` is the supplier's text, fit to show."""
    match cause:
        case "stock":
            return Rejected(code, shown, scope="offer", out_of_stock=True)
        case "ceiling":
            return Rejected(code, shown, scope="offer", over_ceiling=True)
        case "off_sale" | "parameter":
            return Rejected(code, shown, scope="offer")
        case "balance" | "credentials" | "clock":
            return ActionRequired(cause, code, shown)
        case "account":
            return Rejected(code, shown, scope="request", wrong_account=True)


def refused_here(purchase: Purchase, currency: str) -> Rejected | None:
    """The refusal of a purchase that a supplier of digital goods in `currency` cannot be asked for."""
    if purchase.kind == "shipment":
        return Rejected("kind_unsupported", NoParcels(), scope="offer")
    if purchase.max_cost.currency != currency:
        return Rejected("currency_mismatch", BuysIn(currency=currency), scope="offer")
    if purchase.kind == "recharge" and not purchase.account:
        return Rejected("account_missing", AccountMissing(), scope="request", wrong_account=True)
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
    why = RefusedWhenSentAgain(answer=refused.code, why=refused.message)
    return Uncertain(why, refusal=refused)
