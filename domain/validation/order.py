"""What an order document can contradict: its bundle's price, accounts, quantities, attributes and dates."""

from collections.abc import Iterator
from datetime import datetime

from domain.contract.bundle import AttributeType, Bundle, recipient_name
from domain.contract.calendar import is_date
from domain.contract.catalogue import AccountType, Catalogue
from domain.contract.order import OrderDocument
from domain.planning.offers import usable_offers
from domain.validation.bundle import with_article
from domain.validation.dates import check_dates
from domain.validation.problems import Location, Problem

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
    for found in check_dates(bundle, order.anchor(received_at), order.stated):
        where: Location = ("attributes", found.attribute) if found.attribute else ("version",)
        yield Problem(where, f"{found.what}; {found.order_instead}")
