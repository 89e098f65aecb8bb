"""A person's act, put together from what a channel sent."""

import hashlib
import uuid
from typing import Any

from domain.contract.order import Recipient
from domain.supply.outcomes import IssuedUnit
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act, Need, Verb
from starter.desk.channels.keys import Caller
from starter.gateway.schema.acts import Asked
from storage.views.orders import OrderView

_AS_IT_IS = (Need.CONNECTION, Need.PAID, Need.UNTIL, Need.SHIFT, Need.UNUSABLE)


def actor_of(caller: Caller, person: str | None) -> str:
    """Who asked, for the timeline: the channel, and whoever of its people it names."""
    return f"{caller.channel}/{person}" if person else caller.channel


def act_of(
    verb: Verb, caller: Caller, asked: Asked, order: OrderView, delivery_id: str, name: str | None
) -> HumanAct:
    """The act. `name`: the id that the request came with, if it came with one."""
    given: dict[str, Any] = dict(asked)
    more = {need.value: given[need.value] for need in _AS_IT_IS if need in verb.needs}
    if verb.act is Act.CHANGE_RECIPIENT:
        more["later_too"] = given["later_too"]
    return HumanAct(
        request_id=name_of(verb.act, caller, name),
        order_id=order.order_id,
        delivery_id=delivery_id,
        act=verb.act,
        actor=actor_of(caller, asked.actor),
        reason=asked.reason,
        supplier_says=given.get(Need.SUPPLIER_SAYS.value) or "",
        **more,
    )


def handed_in(verb: Verb, asked: Asked) -> list[IssuedUnit] | Recipient:
    """What the act hands in."""
    given: dict[str, Any] = dict(asked)
    if Need.RECIPIENT in verb.needs:
        recipient: Recipient = given[Need.RECIPIENT.value]
        return recipient
    return [IssuedUnit(**dict(unit)) for unit in given.get(Need.CREDENTIALS.value, [])]


def name_of(act: Act, caller: Caller, given: str | None) -> str:
    """The id of a request: what was signed, or else what came with it, or a new one."""
    if caller.signed_as:
        return f"{act}-{hashlib.sha256(caller.signed_as.encode()).hexdigest()[:32]}"
    return given or f"{act}-{uuid.uuid4().hex[:12]}"
