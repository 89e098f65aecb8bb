"""`perkflow order retry / substitute / refund / hold / release`: what support does about one delivery."""

import asyncio
import getpass
import uuid
from typing import Annotated

import typer

from activities.adoption import adopt
from domain.acts import Act, HumanAct
from domain.messages import Acted
from settings import Settings
from starter.cli.context import connect
from starter.cli.environment import load_settings
from starter.cli.errors import NotFound
from starter.cli.output import AsJson, clock, print_json
from storage.reading import OrderView, order_to_adopt, read_order

Reference = Annotated[str, typer.Argument(metavar="REF", help="channel/order_no, or the order's id.")]
Component = Annotated[str, typer.Argument(metavar="COMPONENT", help="component, or component#release.")]
Reason = Annotated[str, typer.Option(help="Why; it stays in the order's timeline.")]
Actor = Annotated[str, typer.Option(help="Who; the account you are logged in with, unless given.")]
Request = Annotated[str, typer.Option("--request-id", help="The same id again has no second effect.")]


def retry(
    reference: Reference,
    component: Component,
    reason: Reason,
    actor: Actor = "",
    request: Request = "",
    as_json: AsJson = False,
) -> None:
    """Try a held delivery again; one that may have been sold is asked about, never bought twice."""
    _run(Act.RETRY, reference, component, reason, actor, request, as_json)


def release(
    reference: Reference,
    component: Component,
    reason: Reason,
    actor: Actor = "",
    request: Request = "",
    as_json: AsJson = False,
) -> None:
    """Let a held delivery go on."""
    _run(Act.RELEASE, reference, component, reason, actor, request, as_json)


def hold(
    reference: Reference,
    component: Component,
    reason: Reason,
    actor: Actor = "",
    request: Request = "",
    as_json: AsJson = False,
) -> None:
    """Keep a delivery from going on until it is released."""
    _run(Act.HOLD, reference, component, reason, actor, request, as_json)


def refund(
    reference: Reference,
    component: Component,
    reason: Reason,
    actor: Actor = "",
    request: Request = "",
    as_json: AsJson = False,
) -> None:
    """Give a delivery up: what it is worth is paid back when the order is settled."""
    _run(Act.REFUND, reference, component, reason, actor, request, as_json)


def substitute(
    reference: Reference,
    component: Component,
    connection: Annotated[str, typer.Argument(metavar="CONNECTION", help="One of the delivery's offers.")],
    reason: Reason,
    actor: Actor = "",
    request: Request = "",
    as_json: AsJson = False,
) -> None:
    """Buy a delivery from another of its suppliers."""
    _run(Act.SUBSTITUTE, reference, component, reason, actor, request, as_json, connection)


VERBS = (retry, substitute, refund, hold, release)


def _run(
    act: Act,
    reference: str,
    component: str,
    reason: str,
    actor: str,
    request: str,
    as_json: bool,
    connection: str = "",
) -> None:
    wanted = HumanAct(
        request_id=request or f"{act}-{uuid.uuid4().hex[:12]}",
        order_id="",
        delivery_id="",
        act=act,
        actor=actor or getpass.getuser(),
        reason=reason,
        connection=connection,
    )
    step = asyncio.run(_act(load_settings(), reference, component, wanted)).step
    if as_json:
        print_json({"request_id": wanted.request_id, **step.model_dump(mode="json")})
    else:
        when = f", {step.then} at {clock(step.at or step.deadline)}" if step.at or step.deadline else ""
        print(f"{component} of {reference} is {step.state}{when}.")


async def _act(settings: Settings, reference: str, component: str, wanted: HumanAct) -> Acted:
    async with connect(settings) as connected:
        async with connected.database.transaction() as session:
            order = await read_order(session, reference)
            open_order = await order_to_adopt(session, reference)
        if order is None or open_order is None:
            state = f"is {order.state} and closed" if order else "is not in the book"
            raise NotFound(f"order {reference} {state}: there is nothing to do about a delivery of it")
        delivery_id = _delivery_of(order, component)
        await adopt(connected.temporal, open_order)
        request = wanted.model_copy(update={"order_id": order.order_id, "delivery_id": delivery_id})
        return await connected.orders.act(f"{order.channel}/{order.order_no}", request)


def _delivery_of(order: OrderView, component: str) -> str:
    name, _, release = component.partition("#")
    found = [d for d in order.deliveries if d.component == name and release in ("", str(d.release))]
    if len(found) == 1:
        return found[0].id
    known = ", ".join(f"{d.component}#{d.release}" for d in order.deliveries)
    raise NotFound(f"{component} names no single delivery of this order; there are: {known}")
