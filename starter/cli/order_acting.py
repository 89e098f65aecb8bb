"""How a person's act is asked for: its options, and the way from the command line to the typed client."""

import asyncio
import getpass
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

import typer
from pydantic import ValidationError

from domain.acts import Act, HumanAct
from domain.messages import Acted
from settings import Settings
from starter.cli.context import Connected, connect
from starter.cli.environment import load_settings
from starter.cli.errors import Usage
from starter.cli.order_naming import order_of, the_one
from starter.client import PerkflowClient
from storage.acts import applied_to
from storage.delivery_views import DeliveryView
from storage.reading import OrderView

Reason = Annotated[str, typer.Option(help="Why; it stays in the order's timeline.")]
Actor = Annotated[str, typer.Option(help="Who; the account you are logged in with, unless given.")]
Request = Annotated[str, typer.Option("--request-id", help="The same id again has no second effect.")]
Choose = Callable[[OrderView, str], DeliveryView]
Prepare = Callable[[PerkflowClient, HumanAct], Awaitable[HumanAct]]
"""Seals what an act hands in, and names it in the act."""

_OPTIONS = {"reason": "--reason", "actor": "--actor", "request_id": "--request-id"}


@dataclass(frozen=True)
class Done:
    """What an act did to a delivery. `order` is as it stood before."""

    order: OrderView
    delivery: DeliveryView
    acted: Acted


def human_act(act: Act, reason: str, actor: str, request: str) -> HumanAct:
    """An act as the command line was given it, not yet about an order. Raises Usage."""
    try:
        return HumanAct(
            request_id=request or f"{act}-{uuid.uuid4().hex[:12]}",
            order_id="",
            delivery_id="",
            act=act,
            actor=actor or getpass.getuser(),
            reason=reason.strip(),
        )
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        message = first["msg"].replace("String should", "must")
        raise Usage(f"{_OPTIONS[str(first['loc'][0])]}: {message}") from None


async def as_it_is(orders: PerkflowClient, wanted: HumanAct) -> HumanAct:
    """Nothing is handed in."""
    return wanted


def act_on(
    reference: str,
    component: str,
    wanted: HumanAct,
    prepare: Prepare = as_it_is,
    choose: Choose = the_one,
) -> Done:
    """Do what is wanted to the delivery that `component` names. Raises what the typed client does, NotFound.

    What was applied under its request id before is neither chosen nor handed in again.
    """

    async def act(settings: Settings) -> Done:
        async with connect(settings) as connected:
            order = await order_of(connected.database, reference)
            before = await _applied_to(connected, order, wanted.request_id)
            delivery = before or choose(order, component)
            found = {"order_id": order.order_id, "delivery_id": delivery.id}
            request = wanted.model_copy(update=found)
            if before is None:
                request = await prepare(connected.orders, request)
            acted = await connected.orders.act(f"{order.channel}/{order.order_no}", request)
            return Done(order, delivery, acted)

    return asyncio.run(act(load_settings()))


async def _applied_to(connected: Connected, order: OrderView, request_id: str) -> DeliveryView | None:
    async with connected.database.transaction() as session:
        known = await applied_to(session, order.order_id, request_id)
    return next((each for each in order.deliveries if each.id == known), None)
