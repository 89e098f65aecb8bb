"""Cancel what is left of an order."""

from collections.abc import Collection

from domain.notes.words import Words
from domain.verbs.verb import Act, OrderVerb

VERB = OrderVerb(
    act=Act.CANCEL,
    title=Words("cancel what is left of the order", "取消订单的剩余部分"),
    help="Cancel what is left of an order; refused, with the reason, past the point of no return.",
    done=Words(
        "What is left of {order} is being cancelled; `perkflow order show {order}`.",
        "正在取消 {order} 的剩余部分；`perkflow order show {order}`。",
    ),
    leaves=("cancelling", True),
)


def cancel_refusal(*, closed: str, open_deliveries: int, past: Collection[str]) -> str | None:
    """Why an order cannot be cancelled any more; None when it can.

    `closed` is how it ended, if it did; `past` names what was bought, cannot be revoked, and would have
    to be under the order's policy.
    """
    if closed:
        return f"it is {closed} and closed; a delivery of it can still be refunded, one by one"
    if past:
        return f"it is past the point of no return: {', '.join(past)} cannot be taken back"
    if not open_deliveries:
        return "nothing of it is left to cancel: it is being settled"
    return None
