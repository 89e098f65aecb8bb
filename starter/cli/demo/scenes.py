"""What the demonstration shows: which orders, how often each is placed, and how each must end."""

import secrets
from dataclasses import dataclass
from typing import cast

from domain.contract.order import Buyer, OrderDocument
from domain.fulfilment.states import OrderState
from domain.money import Money
from starter.cli.demo.files import order_file
from starter.client.documents import NewOrder
from starter.documents.reading import load

CHANNEL = "demo-shop"
"""Of the example orders."""


@dataclass(frozen=True)
class Scene:
    """One order of the demonstration."""

    title: str
    document: OrderDocument
    ends_as: OrderState = OrderState.COMPLETED
    refund: Money | None = None
    times: int = 1
    """How often it is placed at the same time; one that is placed twice is placed again when it has ended."""

    @property
    def number(self) -> str:
        """The order as people name it."""
        return f"{self.document.channel}/{self.document.order_no}"

    @property
    def body(self) -> NewOrder:
        """The order as its channel sends it."""
        sent = self.document.model_dump(mode="json", exclude={"channel"}, exclude_defaults=True)
        return cast(NewOrder, sent)


def new_run() -> str:
    """A name for this run: its orders and buyers are new, however often the demonstration is given."""
    return secrets.token_hex(3)


def scenes(run: str) -> list[Scene]:
    """The scenes of a run, in the order they are shown."""
    undone = _order("all-or-nothing", run, 2)
    return [
        Scene("Delivered whole: a key, a recharge and a link", _order("joint-membership", run, 1)),
        Scene(
            "All or nothing, and the last part is refused: taken back and refunded",
            undone,
            ends_as=OrderState.FAILED,
            refund=undone.paid,
        ),
        Scene(
            "Placed twice at once and again later, one effect", _order("joint-membership", run, 3), times=2
        ),
        Scene("A gift that is released later", _order("with-later-gift", run, 4)),
    ]


def _order(bundle: str, run: str, position: int) -> OrderDocument:
    """The example order under a number and a buyer of this run, placed now."""
    example = load(order_file(bundle), OrderDocument).value
    new = {
        "order_no": f"{run}-{position}",
        "buyer": Buyer(ref=f"buyer-{run}-{position}"),
        "placed_at": None,
    }
    return example.model_copy(update=new)
