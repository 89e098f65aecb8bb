"""What an order document can contradict: its bundle's price, accounts, quantities, attributes and dates."""

from collections.abc import Iterator
from datetime import datetime

from domain.calendar import earliest, is_date
from domain.catalogue import AccountType, Catalogue
from domain.check import recipient_name, usable_offers, with_article
from domain.contract import AttributeType, Bundle, Component
from domain.document import LONGEST
from domain.gates import PlannedGate, gate_of, release_instants
from domain.order import OrderDocument
from domain.problems import Problem
from domain.release import MOST_DELIVERIES, MOST_RELEASES, Otherwise

_EXPECTED = {
    AttributeType.TEXT: "a text; put it in quotes",
    AttributeType.NUMBER: "a whole number, without quotes",
    AttributeType.DATE: "a date like 1990-12-31",
}


def check_order(
    order: OrderDocument, bundle: Bundle, benefits: Catalogue, received_at: datetime
) -> list[Problem]:
    """Everything that keeps this order document from being placed for this bundle version.

    `received_at` (UTC-aware) is its moment, unless it names one itself.
    """
    problems: list[Problem] = []
    price = bundle.price.times(order.quantity)
    if order.paid != price:
        problems.append(Problem(("paid",), f"must be {price}, the price of {order.quantity} x {bundle.id}"))
    problems += _check_accounts(order, bundle, benefits)
    wrong = list(_check_attributes(order, bundle))
    return [*problems, *(wrong or _check_calendar(order, bundle, received_at))]


def _check_accounts(order: OrderDocument, bundle: Bundle, benefits: Catalogue) -> Iterator[Problem]:
    wanted: set[str] = set()
    for component in bundle.components:
        benefit = benefits.benefit(component.benefit)
        units = component.quantity * order.quantity
        if benefit is not None and not usable_offers(bundle, component, benefit, units):
            message = f"no supplier sells {units} units of {component.id} in one purchase; order fewer"
            yield Problem(("quantity",), message)
        if benefit is None or benefit.account is AccountType.NONE:
            continue
        name = recipient_name(component)
        wanted.add(name)
        recipient = order.recipients.get(name)
        if recipient is None and component.claim is None:
            missing = f"missing: component {component.id} goes to {with_article(benefit.account)}"
            yield Problem(("recipients", name), missing)
        elif recipient is not None and recipient.type is not benefit.account:
            wanted_type, given = with_article(benefit.account), with_article(recipient.type)
            message = f"component {component.id} goes to {wanted_type}, not {given}"
            yield Problem(("recipients", name, "type"), message)
    for name in order.recipients:
        if name not in wanted:
            yield Problem(("recipients", name), "no component of the bundle uses it; remove it")


def _check_attributes(order: OrderDocument, bundle: Bundle) -> Iterator[Problem]:
    for name, kind in bundle.attributes.items():
        if name not in order.attributes:
            yield Problem(("attributes", name), f"missing: the bundle asks for {_EXPECTED[kind]}")
        elif not _is_of(kind, order.attributes[name]):
            yield Problem(("attributes", name), f"must be {_EXPECTED[kind]}")
    for name in order.attributes:
        if name not in bundle.attributes:
            yield Problem(("attributes", name), "the bundle asks for no such attribute; remove it")


def _is_of(kind: AttributeType, value: str | int) -> bool:
    if kind is AttributeType.DATE:
        return isinstance(value, str) and is_date(value)
    return isinstance(value, int) is (kind is AttributeType.NUMBER)


def _check_calendar(order: OrderDocument, bundle: Bundle, received_at: datetime) -> Iterator[Problem]:
    """A rule with dates in it ends; an order that comes after its end would get nothing for its price."""
    anchor = order.anchor(received_at)
    newer = "order a version of the bundle that is still sold"
    total = 0
    for component in bundle.components:
        due = release_instants(bundle, component, anchor, order.stated)
        total += len(due)
        if len(due) > MOST_RELEASES:
            yield Problem(("version",), f"{component.id} has more than {MOST_RELEASES} releases; {newer}")
        if not due:
            yield Problem(("version",), f"{component.id} has no release after this order; {newer}")
        start = earliest(component.rule, anchor, bundle.zone, order.stated)
        if due and _ends_too_late(component, due, start):
            day = f"{start.astimezone(bundle.zone):%Y-%m-%d}"
            message = f"{component.id} has a release more than {LONGEST.days} days after its start on {day}"
            yield Problem(("version",), f"{message}; order on another day, or a version that ends sooner")
        gate = gate_of(bundle, component, anchor, order.stated)
        if gate is not None and _is_over(gate):
            yield Problem(("version",), f"the deadline of {component.id} is over; {newer}")
    if total > MOST_DELIVERIES:
        yield Problem(("version",), f"makes {total} deliveries, more than {MOST_DELIVERIES}; {newer}")


def _ends_too_late(component: Component, due: list[datetime] | list[None], start: datetime) -> bool:
    """A rule skips days that do not exist, so that how long it lasts depends on the day of its start."""
    last = due[-1]
    return len(due) < (component.rule.count or 1) or (last is not None and last - start > LONGEST)


def _is_over(gate: PlannedGate) -> bool:
    """Whether a component would be refunded before its condition could count."""
    return gate.by is not None and gate.by <= gate.not_before and gate.otherwise is Otherwise.REFUND
