"""What support asks about an order, as tests ask it."""

from typing import Any

from domain.messages import Acted
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from storage.views.orders import OrderView
from tests.support.world import World

OF_AN_ORDER = {Act.CANCEL, Act.PAUSE, Act.RESUME, Act.BIND_RECIPIENT, Act.ERASE}


def asked(
    view: OrderView,
    act: Act,
    name: str = "",
    *,
    index: int = 0,
    reason: str = "the buyer called",
    **more: Any,
) -> HumanAct:
    """A request about one of an order's deliveries, or about the order itself where the act is.

    `name` tells requests for the same act apart; one of the same name is the same one again.
    """
    return HumanAct(
        request_id=f"{act}-{name or index}",
        order_id=view.order_id,
        delivery_id="" if act in OF_AN_ORDER else view.deliveries[index].id,
        act=act,
        actor="lin",
        reason=reason,
        **more,
    )


async def ask(
    world: World, view: OrderView, act: Act, name: str = "", *, index: int = 0, **more: Any
) -> Acted:
    """Ask it, and what was answered. Raises what the desk does."""
    return await world.checkout.act(
        f"{view.channel}/{view.order_no}", asked(view, act, name, index=index, **more)
    )
