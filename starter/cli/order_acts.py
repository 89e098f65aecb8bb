"""`perkflow order retry / substitute / deliver / refund / ...`: what support does about one delivery."""

import asyncio
import getpass
import uuid
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from domain.acts import Act, HumanAct
from domain.messages import Acted
from domain.order import Recipient
from settings import Settings
from starter.cli.context import connect
from starter.cli.environment import load_settings
from starter.cli.errors import NotFound
from starter.cli.output import AsJson, clock, print_json
from starter.client import PerkflowClient
from starter.documents import load
from starter.handed_in import HandedIn
from storage.reading import OrderView, read_order

Reference = Annotated[str, typer.Argument(metavar="REF", help="channel/order_no, or the order's id.")]
Component = Annotated[str, typer.Argument(metavar="COMPONENT", help="component, or component#release.")]
Reason = Annotated[str, typer.Option(help="Why; it stays in the order's timeline.")]
Actor = Annotated[str, typer.Option(help="Who; the account you are logged in with, unless given.")]
Prepare = Callable[[PerkflowClient, HumanAct], Awaitable[HumanAct]]
Request = Annotated[str, typer.Option("--request-id", help="The same id again has no second effect.")]


class SupplierSays(StrEnum):
    """What a person was told."""

    NOT_SOLD = "not_sold"


def retry(
    reference: Reference,
    component: Component,
    reason: Reason,
    supplier_says: Annotated[
        SupplierSays | None, typer.Option(help="What a supplier said that cannot be asked by machine.")
    ] = None,
    actor: Actor = "",
    request: Request = "",
    as_json: AsJson = False,
) -> None:
    """Try a held delivery again; one that may have been sold is asked about, never bought twice."""
    said = supplier_says.value if supplier_says else ""
    _run(Act.RETRY, reference, component, reason, actor, request, as_json, supplier_says=said)


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
    """Give a delivery up and pay it back; one that was delivered is taken back first, if it can be."""
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


def skip(
    reference: Reference,
    component: Component,
    reason: Reason,
    actor: Actor = "",
    request: Request = "",
    as_json: AsJson = False,
) -> None:
    """Leave a delivery out: nothing is paid back for it, and the order does not fail by it."""
    _run(Act.SKIP, reference, component, reason, actor, request, as_json)


def reissue(
    reference: Reference,
    component: Component,
    reason: Reason,
    actor: Actor = "",
    request: Request = "",
    as_json: AsJson = False,
) -> None:
    """Take a delivered benefit back and buy another one; a case, also long after the order was closed."""
    _run(Act.REISSUE, reference, component, reason, actor, request, as_json)


def deliver(
    reference: Reference,
    component: Component,
    reason: Reason,
    file: Annotated[
        Path | None, typer.Option("--credentials", metavar="FILE", help="YAML or JSON; none for a recharge.")
    ] = None,
    actor: Actor = "",
    request: Request = "",
    as_json: AsJson = False,
) -> None:
    """Deliver by hand what a person has: the file's credentials are sealed before anything else happens."""
    units = load(file, HandedIn).value.units if file else []

    async def prepare(orders: PerkflowClient, wanted: HumanAct) -> HumanAct:
        ids = await orders.hand_in(wanted.order_id, wanted.delivery_id, units)
        return wanted.model_copy(update={"credentials": ids})

    _run(Act.DELIVER_BY_HAND, reference, component, reason, actor, request, as_json, prepare=prepare)


def readdress(
    reference: Reference,
    component: Component,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The recipient: type, value, fields.")],
    reason: Reason,
    actor: Actor = "",
    request: Request = "",
    as_json: AsJson = False,
) -> None:
    """Deliver to another account from now on; one that was held for its account goes on."""
    recipient = load(file, Recipient).value

    async def prepare(orders: PerkflowClient, wanted: HumanAct) -> HumanAct:
        name = await orders.hand_in_recipient(wanted.order_id, wanted.delivery_id, recipient)
        return wanted.model_copy(update={"recipient": name})

    _run(Act.CHANGE_RECIPIENT, reference, component, reason, actor, request, as_json, prepare=prepare)


VERBS = (retry, substitute, deliver, readdress, refund, skip, reissue, hold, release)


async def _as_it_is(orders: PerkflowClient, wanted: HumanAct) -> HumanAct:
    return wanted


def _run(
    act: Act,
    reference: str,
    component: str,
    reason: str,
    actor: str,
    request: str,
    as_json: bool,
    connection: str = "",
    supplier_says: str = "",
    prepare: Prepare = _as_it_is,
) -> None:
    wanted = human_act(act, reason, actor, request).model_copy(
        update={"connection": connection, "supplier_says": supplier_says}
    )
    acted = asyncio.run(_act(load_settings(), reference, component, wanted, prepare))
    step = acted.step
    if as_json:
        print_json({"request_id": wanted.request_id, "case": acted.case, **step.model_dump(mode="json")})
    elif acted.case is not None:
        print(
            f"Case {acted.case} about {component} of {reference} is open; `perkflow order show {reference}`."
        )
    else:
        when = f", {step.then} at {clock(step.at or step.deadline)}" if step.at or step.deadline else ""
        print(f"{component} of {reference} is {step.state}{when}.")


def human_act(act: Act, reason: str, actor: str, request: str) -> HumanAct:
    """An act as the command line was given it, not yet about an order."""
    return HumanAct(
        request_id=request or f"{act}-{uuid.uuid4().hex[:12]}",
        order_id="",
        delivery_id="",
        act=act,
        actor=actor or getpass.getuser(),
        reason=reason,
    )


async def _act(
    settings: Settings, reference: str, component: str, wanted: HumanAct, prepare: Prepare
) -> Acted:
    async with connect(settings) as connected:
        async with connected.database.transaction() as session:
            order = await read_order(session, reference)
        if order is None:
            raise NotFound(f"order {reference} is not in the book")
        found = {"order_id": order.order_id, "delivery_id": _delivery_of(order, component)}
        request = await prepare(connected.orders, wanted.model_copy(update=found))
        return await connected.orders.act(f"{order.channel}/{order.order_no}", request)


def _delivery_of(order: OrderView, component: str) -> str:
    name, _, release = component.partition("#")
    found = [d for d in order.deliveries if d.component == name and release in ("", str(d.release))]
    if len(found) == 1:
        return found[0].id
    known = ", ".join(f"{d.component}#{d.release}" for d in order.deliveries)
    raise NotFound(f"{component} names no single delivery of this order; there are: {known}")
