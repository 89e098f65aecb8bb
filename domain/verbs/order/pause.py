"""Release nothing more of an order until somebody lets it go on, or until an instant."""

from datetime import datetime

from domain.notes.words import Words
from domain.verbs.until import until_refusal
from domain.verbs.verb import Act, Need, OrderVerb

VERB = OrderVerb(
    act=Act.PAUSE,
    command="hold",
    title=Words("pause the whole order", "暂停整个订单"),
    help="Release nothing more of an order until it is resumed, or until an instant.",
    needs=(Need.UNTIL, Need.SHIFT),
    done=Words(
        "{order} is paused: nothing more of it is released, and what comes due is held; "
        "`perkflow order release {order} --reason WHY` lets it go on.",
        "{order} 已暂停：不再发放，到期的发放单将挂起；"
        "执行 `perkflow order release {order} --reason WHY` 恢复。",
    ),
    leaves=("paused", True),
)


def pause_refusal(
    *, closed: str, paused: str | None, changes: bool, until: datetime | None, now: datetime
) -> str | None:
    """Why an order cannot be paused, or its pause be changed; None when it can.

    `closed` is how it ended, if it did; `paused` is why it is paused, if it is. `changes`: a person paused
    it, and it is now to end otherwise. `until`: when it is to end by itself.
    """
    if closed:
        return f"it is {closed} and closed: nothing more of it is released"
    if paused is not None and not changes:
        return f"it is paused already: {paused}"
    return until_refusal(until, now)
