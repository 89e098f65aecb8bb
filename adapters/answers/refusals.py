"""What a refusal means whose cause is known, whichever protocol named it."""

from adapters.answers.causes import Cause
from domain.supply.outcomes import ActionRequired, Rejected


def refusal_for(cause: Cause, code: str, shown: str) -> Rejected | ActionRequired:
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
