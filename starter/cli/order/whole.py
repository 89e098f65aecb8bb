"""`perkflow order cancel / hold / release`: what is asked of a whole order, or of one delivery of it."""

import asyncio
from typing import Annotated

import typer

from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from settings import Settings
from starter.cli.context import connect
from starter.cli.environment import load_settings
from starter.cli.errors import Usage
from starter.cli.order.acting import Actor, Reason, Request, Says, act_on, human_act
from starter.cli.order.acts import tell
from starter.cli.order_views.naming import Reference, order_of
from starter.cli.output import AsJson, print_json

OrAll = Annotated[
    str, typer.Argument(metavar="COMPONENT", help="component, or component#release; unset: all of it.")
]


def cancel(
    reference: Reference,
    reason: Reason,
    actor: Actor = "",
    request: Request = "",
    as_json: AsJson = False,
) -> None:
    """Cancel what is left of an order; refused, with the reason, past the point of no return."""
    wanted = human_act(Act.CANCEL, reason, actor, request)
    said = f"What is left of {reference} is being cancelled; `perkflow order show {reference}`."
    _do(reference, wanted, {"cancelling": True}, said, as_json)


def hold(
    reference: Reference,
    component: OrAll = "",
    *,
    reason: Reason,
    supplier_says: Says = None,
    actor: Actor = "",
    request: Request = "",
    as_json: AsJson = False,
) -> None:
    """Keep a delivery from going on until it is released; without COMPONENT, pause the whole order.

    Nothing more of a paused order is released: what comes due is held, and given up at its deadline.
    """
    if supplier_says and not component:
        raise Usage("--supplier-says is about one delivery; name its component")
    if component:
        wanted = human_act(Act.HOLD, reason, actor, request, supplier_says)
        tell(reference, wanted, act_on(reference, component, wanted), as_json)
        return
    wanted = human_act(Act.PAUSE, reason, actor, request)
    told = "nothing more of it is released, and what comes due is held"
    said = f"{reference} is paused: {told}; `perkflow order release {reference} --reason WHY` lets it go on."
    _do(reference, wanted, {"paused": True}, said, as_json)


def release(
    reference: Reference,
    component: OrAll = "",
    *,
    reason: Reason,
    actor: Actor = "",
    request: Request = "",
    paid: Annotated[
        bool, typer.Option("--paid", help="A payment that was taken back is there again.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Let a held delivery go on; without COMPONENT, a paused order with all that was held by hand in it.

    One that was charged back goes on only with --paid; what was given up meanwhile is paid back then.
    """
    if component and paid:
        raise Usage("--paid is about the whole order; name no component")
    if component:
        wanted = human_act(Act.RELEASE, reason, actor, request)
        tell(reference, wanted, act_on(reference, component, wanted), as_json)
        return
    wanted = human_act(Act.RESUME, reason, actor, request).model_copy(update={"paid": paid})
    said = f"{reference} goes on; `perkflow order show {reference}`."
    _do(reference, wanted, {"paused": False}, said, as_json)


def _do(reference: str, wanted: HumanAct, done: dict[str, bool], said: str, as_json: bool) -> None:
    """Ask it of the order, and say what comes of it: to a person, or to a program."""
    order_id = asyncio.run(_act(load_settings(), reference, wanted))
    if as_json:
        print_json({"request_id": wanted.request_id, "order_id": order_id, **done})
    else:
        print(said)


async def _act(settings: Settings, reference: str, wanted: HumanAct) -> str:
    async with connect(settings) as connected:
        order = await order_of(connected.database, reference)
        request = wanted.model_copy(update={"order_id": order.order_id})
        return (await connected.orders.act_on_order(f"{order.channel}/{order.order_no}", request)).order_id
