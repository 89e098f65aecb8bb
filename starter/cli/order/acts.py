"""`perkflow order retry / substitute / deliver / refund / ...`: what support does about one delivery."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from starter.cli.order.acting import Actor, Done, Reason, Request, Says, act_on, human_act
from starter.cli.order_views.naming import Component, Reference, label
from starter.cli.output import AsJson, clock, print_json
from starter.desk.handed_in import HandedIn
from starter.documents.reading import load


def retry(
    reference: Reference,
    component: Component,
    reason: Reason,
    supplier_says: Says = None,
    actor: Actor = "",
    request: Request = "",
    as_json: AsJson = False,
) -> None:
    """Try a held delivery again; one that may have been sold is asked about, never bought twice."""
    wanted = human_act(Act.RETRY, reason, actor, request, supplier_says)
    tell(reference, wanted, act_on(reference, component, wanted), as_json)


def substitute(
    reference: Reference,
    component: Component,
    connection: Annotated[str, typer.Argument(metavar="CONNECTION", help="One of the delivery's offers.")],
    reason: Reason,
    supplier_says: Says = None,
    actor: Actor = "",
    request: Request = "",
    as_json: AsJson = False,
) -> None:
    """Buy a delivery from another of its suppliers."""
    wanted = human_act(Act.SUBSTITUTE, reason, actor, request, supplier_says)
    wanted = wanted.model_copy(update={"connection": connection})
    tell(reference, wanted, act_on(reference, component, wanted), as_json)


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
    wanted = human_act(Act.DELIVER_BY_HAND, reason, actor, request)
    units = load(file, HandedIn).value.units if file else []
    tell(reference, wanted, act_on(reference, component, wanted, units), as_json)


def _plain(act: Act, what: str) -> Callable[..., None]:
    """A verb that needs nothing but a delivery and a reason."""

    def verb(
        reference: Reference,
        component: Component,
        reason: Reason,
        supplier_says: Says = None,
        actor: Actor = "",
        request: Request = "",
        as_json: AsJson = False,
    ) -> None:
        wanted = human_act(act, reason, actor, request, supplier_says)
        tell(reference, wanted, act_on(reference, component, wanted), as_json)

    verb.__doc__ = what
    return verb


refund = _plain(
    Act.REFUND, "Give a delivery up and pay it back; a delivered one is taken back first, if it can be."
)
skip = _plain(
    Act.WAIVE, "Leave a delivery out: nothing is paid back for it, and the order does not fail by it."
)


def reissue(
    reference: Reference,
    component: Component,
    reason: Reason,
    actor: Actor = "",
    request: Request = "",
    as_json: AsJson = False,
) -> None:
    """Take a delivered benefit back and buy another one; a case, also when long closed."""
    wanted = human_act(Act.REISSUE, reason, actor, request)
    tell(reference, wanted, act_on(reference, component, wanted), as_json)


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
