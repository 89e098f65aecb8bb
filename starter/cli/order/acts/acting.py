"""How a person's act is asked for: the way from the command line to the desk, and what came of it."""

import asyncio
import getpass
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError

from domain.contract.order import Recipient
from domain.keys import in_a_command
from domain.messages import Acted, OrderActed
from domain.notes.sentences.acting import CaseIsOpen, NowIs, NowIsUntil
from domain.notes.words import Language
from domain.supply.outcomes import IssuedUnit
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Need, Verb
from settings import Settings
from starter.cli.context import Connected, connect
from starter.cli.environment import load_settings
from starter.cli.errors import Usage
from starter.cli.order.acts.until import instant_of
from starter.cli.output import print_json, print_text
from starter.desk.explain.naming import label, named, the_one
from storage.base.requests import delivery_of
from storage.views.deliveries import DeliveryView
from storage.views.orders import OrderView

Choose = Callable[[OrderView, str], DeliveryView]
Until = date | datetime | None
"""Until when something is held: a day is its start, in the zone of the order's bundle."""
Given = Sequence[IssuedUnit] | Recipient
"""What an act hands in."""

_AS_IT_IS = (Need.CONNECTION, Need.ACCOUNT, Need.PAID, Need.SHIFT, Need.UNUSABLE)
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
    until: Until = None,
) -> Done:
    """Do what is wanted to the delivery that `component` names. Raises what the desk does, NotFound.

    What was done under its request id before is neither chosen nor handed in again. `until`: until when it
    is to be held.
    """

    async def act(settings: Settings) -> Done:
        async with connect(settings) as connected:
            order = await connected.desk.read(reference)
            before = await _asked_before(connected, order, component, wanted.request_id)
            delivery = before or choose(order, component)
            at = instant_of(until, order)
            found = {"order_id": order.order_id, "delivery_id": delivery.id, "until": at}
            number = f"{order.channel}/{order.order_no}"
            acted = await connected.desk.act_with(number, wanted.model_copy(update=found), given)
            return Done(order, delivery, acted)

    return asyncio.run(act(load_settings()))


def act_on_order(reference: str, wanted: HumanAct, until: Until = None) -> tuple[OrderView, OrderActed]:
    """Do what is wanted to the whole order: as it stood before, and what it did. Raises as `act_on`.

    `until`: until when it is to be paused.
    """

    async def act(settings: Settings) -> tuple[OrderView, OrderActed]:
        async with connect(settings) as connected:
            order = await connected.desk.read(reference)
            at = instant_of(until, order)
            request = wanted.model_copy(update={"order_id": order.order_id, "until": at})
            return order, await connected.desk.act_on_order(f"{order.channel}/{order.order_no}", request)

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


def tell(reference: str, wanted: HumanAct, done: Done, as_json: bool, lang: Language) -> None:
    """Print where a delivery stands after an act."""
    step, case, name = done.acted.step, done.acted.case, label(done.order, done.delivery)
    at = step.at or step.deadline
    if as_json:
        print_json({"request_id": wanted.request_id, "case": case, **step.model_dump(mode="json")})
    elif case is not None:
        command = f"perkflow order show {in_a_command(reference)}"
        print_text(CaseIsOpen(case=case, name=name, order=reference, command=command).say(lang))
    elif at:
        what = step.next_action.value
        now = NowIsUntil(name=name, order=reference, state=step.state.value, next_action=what, at=at)
        print_text(now.say(lang, done.order.zone))
    else:
        print_text(NowIs(name=name, order=reference, state=step.state.value).say(lang))
