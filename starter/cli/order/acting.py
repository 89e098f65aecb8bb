"""How a person's act is asked for: the way from the command line to the desk, and what came of it."""

import asyncio
import getpass
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from domain.contract.order import Recipient
from domain.messages import Acted
from domain.supply.outcomes import IssuedUnit
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Need, Verb
from settings import Settings
from starter.cli.context import Connected, connect
from starter.cli.environment import load_settings
from starter.cli.errors import Usage
from starter.cli.order_views.naming import label, named, the_one
from starter.cli.output import clock, print_json
from storage.base.requests import delivery_of
from storage.views.deliveries import DeliveryView
from storage.views.orders import OrderView

Choose = Callable[[OrderView, str], DeliveryView]
Given = Sequence[IssuedUnit] | Recipient
"""What an act hands in."""

_AS_IT_IS = (Need.CONNECTION, Need.ACCOUNT, Need.PAID)
"""What goes into the request as the command line has it."""
_OPTIONS = {"reason": "--reason", "actor": "--actor", "request_id": "--request-id"}


@dataclass(frozen=True)
class Done:
    """What an act did to a delivery. `order` is as it stood before."""

    order: OrderView
    delivery: DeliveryView
    acted: Acted


def human_act(verb: Verb, given: Mapping[str, Any]) -> HumanAct:
    """An act as the command line was given it, not yet about an order. Raises Usage."""
    says = given[Need.SUPPLIER_SAYS] if Need.SUPPLIER_SAYS in verb.needs else None
    try:
        return HumanAct(
            request_id=given["request"] or f"{verb.act}-{uuid.uuid4().hex[:12]}",
            order_id="",
            delivery_id="",
            act=verb.act,
            actor=given["actor"] or getpass.getuser(),
            reason=given["reason"].strip(),
            supplier_says=says.value if says else "",
            **{need: given[need] for need in _AS_IT_IS if need in verb.needs},
        )
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        message = first["msg"].replace("String should", "must")
        raise Usage(f"{_OPTIONS.get(str(first['loc'][0]), first['loc'][0])}: {message}") from None


def act_on(
    reference: str,
    component: str,
    wanted: HumanAct,
    given: Given = (),
    choose: Choose = the_one,
) -> Done:
    """Do what is wanted to the delivery that `component` names. Raises what the desk does, NotFound.

    What was done under its request id before is neither chosen nor handed in again.
    """

    async def act(settings: Settings) -> Done:
        async with connect(settings) as connected:
            order = await connected.desk.read(reference)
            before = await _asked_before(connected, order, component, wanted.request_id)
            delivery = before or choose(order, component)
            found = {"order_id": order.order_id, "delivery_id": delivery.id}
            number = f"{order.channel}/{order.order_no}"
            acted = await connected.desk.act_with(number, wanted.model_copy(update=found), given)
            return Done(order, delivery, acted)

    return asyncio.run(act(load_settings()))


def act_on_order(reference: str, wanted: HumanAct) -> str:
    """Do what is wanted to the whole order, and return its id. Raises what the desk does, NotFound."""

    async def act(settings: Settings) -> str:
        async with connect(settings) as connected:
            order = await connected.desk.read(reference)
            request = wanted.model_copy(update={"order_id": order.order_id})
            number = f"{order.channel}/{order.order_no}"
            return (await connected.desk.act_on_order(number, request)).order_id

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


def tell(reference: str, wanted: HumanAct, done: Done, as_json: bool) -> None:
    """Print where a delivery stands after an act."""
    step, case, name = done.acted.step, done.acted.case, label(done.order, done.delivery)
    if as_json:
        print_json({"request_id": wanted.request_id, "case": case, **step.model_dump(mode="json")})
    elif case is not None:
        print(f"Case {case} about {name} of {reference} is open; `perkflow order show {reference}`.")
    else:
        when = (
            f", {step.next_action} at {clock(step.at or step.deadline)}" if step.at or step.deadline else ""
        )
        print(f"{name} of {reference} is {step.state}{when}.")
