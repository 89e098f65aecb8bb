"""Give the account that an order came without."""

from domain.notes.words import Words
from domain.verbs.verb import Act, Need, OrderVerb

VERB = OrderVerb(
    act=Act.BIND_RECIPIENT,
    command="bind",
    title=Words("give the account", "绑定充值账号"),
    help="Give the account that an order came without; what waits for it goes on.",
    needs=(Need.ACCOUNT, Need.RECIPIENT),
)


def bind_refusal(*, handed_in: bool, waiting: int, account: str) -> str | None:
    """Why an account cannot be given; None when it can.

    `handed_in`: it was sealed before. `waiting`: so many open deliveries are for it.
    """
    if not handed_in:
        return "no recipient was handed in under that name"
    if not waiting:
        return f"nothing of it waits for an account {account}"
    return None
