"""The commands that a person is offered: each works as it stands when it is pasted into a shell."""

from collections.abc import Sequence

from domain.fulfilment.holds import FOR_THE_PAYMENT
from domain.keys import in_a_command
from storage.views.orders import OrderView
from storage.views.plans import PauseView


def of_order(verb: str, order: OrderView, *arguments: str) -> str:
    """A verb about an order or a delivery of it, with a reason to be given."""
    return of_number(verb, f"{order.channel}/{order.order_no}", *arguments)


def of_number(verb: str, number: str, *arguments: str) -> str:
    """A verb about order `channel/order_no`."""
    return _joined(["perkflow order", verb, in_a_command(number), *arguments, "--reason WHY"])


def let_go_on(number: str, pause: PauseView) -> str:
    """What lets a paused order go on."""
    return of_number("release", number, "--paid" if pause.reason in FOR_THE_PAYMENT else "")


def give_account(number: str, account: str) -> str:
    """What gives an account; the recipient is asked for on stdin."""
    return of_number("bind", number, in_a_command(account), "-")


def resume_supplier(connection: str) -> str:
    """What has a connection bought from again."""
    return f"perkflow supplier resume {in_a_command(connection)}"


def _joined(words: Sequence[str]) -> str:
    return " ".join(word for word in words if word)
