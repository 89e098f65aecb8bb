"""Which order, and which delivery of it, a person means: `video`, or `video#3` where there are several."""

from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from domain.fulfilment.states import CLOSED, DeliveryState
from starter.cli.errors import Usage
from starter.cli.output import day
from starter.desk.errors import NotFound
from storage.views.deliveries import DeliveryView
from storage.views.orders import OrderView

_MOST_LISTED = 10


def _is_a_reference(text: str) -> str:
    if not text.startswith("ord_") and len([part for part in text.split("/") if part]) != 2:
        raise Usage(f"{text} is no order reference: write channel/order_no, or an id like ord_…")
    return text


Reference = Annotated[
    str,
    typer.Argument(metavar="REF", help="channel/order_no, or the order's id.", callback=_is_a_reference),
]
Component = Annotated[str, typer.Argument(metavar="COMPONENT", help="component, or component#release.")]


def named(order: OrderView, name: str) -> list[DeliveryView]:
    """The releases of `component`, or the one of `component#release`. Raises NotFound."""
    component, mark, release = name.partition("#")
    of_it = [each for each in order.deliveries if each.component == component]
    if not of_it:
        raise NotFound(f"there is no {component} in this order; there are: {', '.join(components(order))}")
    found = [each for each in of_it if not mark or release == str(each.release)]
    if not found:
        raise NotFound(f"{component} has no release {release}; there are: {listed(of_it)}")
    return found


def the_one(order: OrderView, name: str) -> DeliveryView:
    """The delivery that is meant: without a number the only release, or the only open one.

    Raises NotFound, saying what there is.
    """
    found = named(order, name)
    still_open = [each for each in found if is_open(each)]
    for choice in (found, still_open):
        if len(choice) == 1:
            return choice[0]
    raise NotFound(f"say which {name}: {listed(still_open or found)}")


def components(order: OrderView) -> list[str]:
    """The components of an order, in plan order."""
    return list(dict.fromkeys(each.component for each in order.deliveries))


def is_open(delivery: DeliveryView) -> bool:
    """Whether something of a delivery is still to come."""
    return delivery.state not in CLOSED


def label(order: OrderView, delivery: DeliveryView) -> str:
    """A delivery's name: with its number where the component has several."""
    several = sum(each.component == delivery.component for each in order.deliveries) > 1
    return f"{delivery.component}#{delivery.release}" if several else delivery.component


def listed(deliveries: Sequence[DeliveryView]) -> str:
    """Deliveries in one line, such as: video#3 (held), video#4 (planned 2027-03-01); at most ten."""
    shown = ", ".join(_standing(each) for each in deliveries[:_MOST_LISTED])
    more = len(deliveries) - _MOST_LISTED
    return f"{shown} and {more} more" if more > 0 else shown


def numbers(deliveries: Iterable[DeliveryView]) -> str:
    """Releases of one component in one line, such as: video#1, video#4 to video#12."""
    spans: list[list[DeliveryView]] = []
    for each in sorted(deliveries, key=lambda each: each.release):
        if spans and spans[-1][-1].release + 1 == each.release:
            spans[-1].append(each)
        else:
            spans.append([each])
    return ", ".join(_span(span) for span in spans)


def _span(span: Sequence[DeliveryView]) -> str:
    first, last = (f"{each.component}#{each.release}" for each in (span[0], span[-1]))
    return first if len(span) == 1 else f"{first} to {last}"


def _standing(delivery: DeliveryView) -> str:
    when = f" {day(delivery.due_at)}" if delivery.state == DeliveryState.PLANNED and delivery.due_at else ""
    return f"{delivery.component}#{delivery.release} ({delivery.state}{when})"
