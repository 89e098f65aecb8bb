"""Let a paused order go on, with all that was held by hand or for its payment."""

from domain.notes.words import Words
from domain.verbs.verb import Act, Need, OrderVerb

VERB = OrderVerb(
    act=Act.RESUME,
    command="release",
    title=Words("let the whole order go on", "恢复整个订单"),
    help="Let a paused order go on, with all that was held by hand in it.",
    needs=(Need.PAID, Need.SHIFT),
    done=Words(
        "{order} goes on; `perkflow order show {order}`.", "{order} 已恢复；`perkflow order show {order}`。"
    ),
    leaves=("paused", False),
)


def resume_refusal(*, paused: str | None, charged_back: bool, paid: bool) -> str | None:
    """Why an order cannot go on; None when it can.

    `paused` is why it is paused, if it is. `charged_back`: the buyer's bank has its payment back.
    `paid`: the person says that it is there again.
    """
    if paused is None:
        return "it is not paused; name a delivery to let that one go on"
    if charged_back and not paid:
        return f"its payment was taken back ({paused}): say --paid once it is there again"
    return None
