"""The arguments and options of the commands that act on orders, each written down once."""

import inspect
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from domain.verbs.verb import DeliveryVerb, Need, OrderVerb
from starter.cli.errors import Usage
from starter.cli.language import Lang
from starter.cli.output import AsJson


def _is_a_reference(text: str) -> str:
    channel, mark, order_no = text.partition("/")
    if not (channel and order_no) and (mark or not text.startswith("ord_")):
        raise Usage(f"{text} is no order reference: write channel/order_no, or an id like ord_…")
    return text


Reference = Annotated[
    str,
    typer.Argument(metavar="REF", help="channel/order_no, or the order's id.", callback=_is_a_reference),
]
Component = Annotated[
    str, typer.Argument(metavar="COMPONENT", help="component, or component#release[.item].")
]
Reason = Annotated[str, typer.Option(help="Why; it stays in the order's timeline.")]
Actor = Annotated[
    str, typer.Option("--actor", "--as", help="Who; the account you are logged in with, unless given.")
]
Request = Annotated[str, typer.Option("--request-id", help="The same id again has no second effect.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether that is meant.")]
OrAll = Annotated[
    str,
    typer.Argument(metavar="COMPONENT", help="component, or component#release[.item]; unset: all of it."),
]


class SupplierSays(StrEnum):
    """What a supplier said to a person."""

    NOT_SOLD = "not_sold"


_TAKEN: Mapping[Need, tuple[Any, Any]] = {
    Need.ACCOUNT: (
        Annotated[str, typer.Argument(metavar="ACCOUNT", help="shared, or the platform it is for.")],
        inspect.Parameter.empty,
    ),
    Need.CONNECTION: (
        Annotated[str, typer.Argument(metavar="CONNECTION", help="One of the delivery's offers.")],
        inspect.Parameter.empty,
    ),
    Need.RECIPIENT: (
        Annotated[
            Path,
            typer.Argument(metavar="FILE", help="The recipient: type, value, fields; - reads it from stdin."),
        ],
        inspect.Parameter.empty,
    ),
    Need.CREDENTIALS: (
        Annotated[
            Path | None,
            typer.Option(
                "--credentials",
                metavar="FILE",
                help="YAML or JSON; - reads it from stdin; none for a recharge.",
            ),
        ],
        None,
    ),
    Need.SUPPLIER_SAYS: (
        Annotated[
            SupplierSays | None,
            typer.Option(
                "--supplier-says",
                help="What a supplier said that cannot be asked by machine, or was asked in vain.",
            ),
        ],
        None,
    ),
    Need.PAID: (
        Annotated[bool, typer.Option("--paid", help="A payment that was taken back is there again.")],
        False,
    ),
    Need.UNTIL: (
        Annotated[
            str,
            typer.Option(
                "--until",
                metavar="INSTANT",
                help="When it goes on by itself: a day, from its start in the bundle's zone, or an instant "
                "with its offset; unset: when somebody releases it.",
            ),
        ],
        "",
    ),
    Need.SHIFT: (
        Annotated[
            bool,
            typer.Option(
                "--shift",
                help="Move what is not released by the length of the pause; unset: all that was missed comes "
                "together.",
            ),
        ],
        False,
    ),
    Need.UNUSABLE: (
        Annotated[bool, typer.Option("--unusable", help="What was delivered cannot be used: it was tried.")],
        False,
    ),
}
"""How each need is given, and what it is otherwise."""


def signature_of(delivery: DeliveryVerb | None, order: OrderVerb | None) -> inspect.Signature:
    """What the command of a verb takes; where both have its name, COMPONENT tells which one is meant."""
    given = [_parameter("reference", Reference)]
    if delivery is not None:
        given.append(_parameter("component", OrAll, "") if order else _parameter("component", Component))
    needs = {*(delivery.needs if delivery else ()), *(order.needs if order else ())}
    given += [_parameter(need.value, *_TAKEN[need]) for need in Need if need in needs]
    if order is not None and order.final:
        given.append(_parameter("yes", Yes, False))
    given += [
        _parameter("reason", Reason),
        _parameter("actor", Actor, ""),
        _parameter("request", Request, ""),
        _parameter("as_json", AsJson, False),
        _parameter("lang", Lang),
    ]
    return inspect.Signature(given)


def _parameter(name: str, kind: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
