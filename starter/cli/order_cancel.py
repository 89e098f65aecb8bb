"""`perkflow order cancel` and `perkflow order event`: what a channel asks for and reports."""

import asyncio
from enum import StrEnum
from typing import Annotated

import typer

from domain.acts import Act, HumanAct
from settings import Settings
from starter.cli.context import connect
from starter.cli.environment import load_settings
from starter.cli.errors import NotFound
from starter.cli.order_acts import Actor, Reason, Reference, Request, human_act
from starter.cli.output import AsJson, print_json
from storage.claims import Reported
from storage.reading import read_order


class OrderEvent(StrEnum):
    """What a channel reports about an order."""

    REFUND_CONFIRMED = "refund_confirmed"
    REFUND_FAILED = "refund_failed"


def cancel(
    reference: Reference,
    reason: Reason,
    actor: Actor = "",
    request: Request = "",
    as_json: AsJson = False,
) -> None:
    """Cancel what is left of an order; refused, with the reason, past the point of no return."""
    wanted = human_act(Act.CANCEL, reason, actor, request)
    order_id = asyncio.run(_cancel(load_settings(), reference, wanted))
    if as_json:
        print_json({"request_id": wanted.request_id, "order_id": order_id, "cancelling": True})
    else:
        print(f"What is left of {reference} is being cancelled; `perkflow order show {reference}`.")


async def _cancel(settings: Settings, reference: str, wanted: HumanAct) -> str:
    async with connect(settings) as connected:
        async with connected.database.transaction() as session:
            order = await read_order(session, reference)
        if order is None:
            raise NotFound(f"order {reference} is not in the book")
        number = f"{order.channel}/{order.order_no}"
        done = await connected.orders.cancel(number, wanted.model_copy(update={"order_id": order.order_id}))
        return done.order_id


def event(
    reference: Reference,
    what: Annotated[OrderEvent, typer.Argument(metavar="EVENT", help="What happened.")],
    refund: Annotated[str, typer.Option(help="The refund it is about, as `order show --json` names it.")],
    reason: Annotated[str, typer.Option(help="The channel's own words or number.")] = "",
    actor: Actor = "channel",
    as_json: AsJson = False,
) -> None:
    """Report what the channel did: a refund that it could not pay opens a case."""
    reported = asyncio.run(_report(load_settings(), reference, what, refund, reason, actor))
    if as_json:
        told = {"refund": reported.refund_id, "state": reported.state, "news": reported.news}
        print_json(told)
    else:
        print(f"Refund {reported.refund_id} is {reported.state}{'' if reported.news else ', as before'}.")


async def _report(
    settings: Settings, reference: str, what: OrderEvent, refund: str, note: str, actor: str
) -> Reported:
    async with connect(settings) as connected:
        async with connected.database.transaction() as session:
            order = await read_order(session, reference)
        known = [d.refund_id for d in order.deliveries if d.refund_id] if order else []
        if order is None or refund not in known:
            raise NotFound(f"{refund} is no refund of {reference}; there are: {', '.join(known) or 'none'}")
        confirmed = what is OrderEvent.REFUND_CONFIRMED
        return await connected.orders.report_refund(refund, confirmed=confirmed, note=note, actor=actor)
