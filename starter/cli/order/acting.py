"""How a person's act is asked for: its options, and the way from the command line to the typed client."""

import asyncio
import getpass
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer
from pydantic import ValidationError

from domain.contract.order import Recipient
from domain.messages import Acted
from domain.supply.outcomes import IssuedUnit
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from settings import Settings
from starter.cli.context import Connected, connect
from starter.cli.environment import load_settings
from starter.cli.errors import Usage
from starter.cli.order_views.naming import named, order_of, the_one
from starter.desk.client import PerkflowClient
from storage.base.requests import delivery_of
from storage.views.deliveries import DeliveryView
from storage.views.orders import OrderView

Reason = Annotated[str, typer.Option(help="Why; it stays in the order's timeline.")]
Actor = Annotated[str, typer.Option(help="Who; the account you are logged in with, unless given.")]
Request = Annotated[str, typer.Option("--request-id", help="The same id again has no second effect.")]


class SupplierSays(StrEnum):
    """What a person was told."""

    NOT_SOLD = "not_sold"


Says = Annotated[
    SupplierSays | None,
    typer.Option(
        "--supplier-says",
        help="What a supplier said that cannot be asked by machine, or was asked in vain.",
    ),
]
Choose = Callable[[OrderView, str], DeliveryView]
Given = Sequence[IssuedUnit] | Recipient
"""What an act hands in."""

_OPTIONS = {"reason": "--reason", "actor": "--actor", "request_id": "--request-id"}


@dataclass(frozen=True)
class Done:
    """What an act did to a delivery. `order` is as it stood before."""

    order: OrderView
    delivery: DeliveryView
    acted: Acted


def human_act(
    act: Act, reason: str, actor: str, request: str, supplier_says: SupplierSays | None = None
) -> HumanAct:
    """An act as the command line was given it, not yet about an order. Raises Usage."""
    try:
        return HumanAct(
            request_id=request or f"{act}-{uuid.uuid4().hex[:12]}",
            order_id="",
            delivery_id="",
            act=act,
            actor=actor or getpass.getuser(),
            reason=reason.strip(),
            supplier_says=supplier_says.value if supplier_says else "",
        )
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        message = first["msg"].replace("String should", "must")
        raise Usage(f"{_OPTIONS[str(first['loc'][0])]}: {message}") from None


def act_on(
    reference: str,
    component: str,
    wanted: HumanAct,
    given: Given = (),
    choose: Choose = the_one,
) -> Done:
    """Do what is wanted to the delivery that `component` names. Raises what the typed client does, NotFound.

    What was done under its request id before is neither chosen nor handed in again.
    """

    async def act(settings: Settings) -> Done:
        async with connect(settings) as connected:
            order = await order_of(connected.database, reference)
            before = await _asked_before(connected, order, component, wanted.request_id)
            delivery = before or choose(order, component)
            found = {"order_id": order.order_id, "delivery_id": delivery.id}
            request = wanted.model_copy(update=found)
            acted = await connected.orders.done_before(request, given)
            if acted is None:
                request = await _hand_in(connected.orders, request, given)
                acted = await connected.orders.act(f"{order.channel}/{order.order_no}", request)
            return Done(order, delivery, acted)

    return asyncio.run(act(load_settings()))


async def _asked_before(
    connected: Connected, order: OrderView, component: str, request_id: str
) -> DeliveryView | None:
    """The delivery that a request of this id was about, or the first that is meant if it is not of those."""
    async with connected.database.transaction() as session:
        known = await delivery_of(session, order.order_id, request_id)
    if known is None:
        return None
    found = named(order, component)
    return next((each for each in found if each.id == known), found[0])


async def _hand_in(orders: PerkflowClient, request: HumanAct, given: Given) -> HumanAct:
    """Seal what an act hands in, and name it in the act."""
    if isinstance(given, Recipient):
        name = await orders.hand_in_recipient(request.order_id, request.delivery_id, given)
        return request.model_copy(update={"recipient": name})
    if request.act is not Act.DELIVER_BY_HAND:
        return request
    ids = await orders.hand_in(request.order_id, request.delivery_id, given)
    return request.model_copy(update={"credentials": ids})
