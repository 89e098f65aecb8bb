"""What an order document can contradict: its bundle's price, accounts, quantities, attributes and dates."""

from collections.abc import Iterator
from datetime import datetime

from domain.contract.bundle import AttributeType, Bundle, recipient_name
from domain.contract.calendar import is_date
from domain.contract.catalogue import AccountType, Catalogue
from domain.contract.order import OrderDocument
from domain.contract.release import MOST_DELIVERIES
from domain.money import Money
from domain.planning.gates import release_instants
from domain.planning.items import item_units
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
    problems = [*_check_paid(order, bundle), *_check_accounts(order, bundle, benefits)]
    wrong = list(_check_attributes(order, bundle))
    of_time = wrong or [*_check_calendar(order, bundle, received_at)]
    return [*problems, *(of_time or _check_size(order, bundle, benefits, received_at))]


def _check_paid(order: OrderDocument, bundle: Bundle) -> Iterator[Problem]:
    """What was paid and the discount make the price; nothing to pay is a price too."""
    price, paid, discount = bundle.price.times(order.quantity), order.paid, order.discount
    what = f"{price}, the price of {order.quantity} x {bundle.id}"
    if discount is None:
        if paid != price:
            less = paid.currency == price.currency and 0 <= paid.amount < price.amount
            rest = f"; or state the other {_less(price, paid)} as `discount`" if less else ""
            yield Problem(("paid",), f"must be {what}{rest}")
        return
    for name, money in (("paid", paid), ("discount", discount)):
        if money.currency != price.currency:
            yield Problem((name, "currency"), f"must be the price's currency {price.currency}")
            return
        if money.amount < 0:
            yield Problem((name, "amount"), "must not be negative")
            return
    if paid.amount + discount.amount != price.amount:
        yield Problem(("discount",), f"must be {_less(price, paid)}: with `paid`, {paid}, it makes {what}")


def _less(price: Money, paid: Money) -> Money:
    return Money(amount=price.amount - paid.amount, currency=price.currency)


def _check_accounts(order: OrderDocument, bundle: Bundle, benefits: Catalogue) -> Iterator[Problem]:
    wanted: set[str] = set()
    for component in bundle.components:
        benefit = benefits.benefit(component.benefit)
        units = component.quantity * order.quantity
        if benefit is not None and not item_units(bundle, component, benefit, order.quantity):
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


def _check_size(
    order: OrderDocument, bundle: Bundle, benefits: Catalogue, received_at: datetime
) -> Iterator[Problem]:
    """One release of several bundles may be several deliveries (`domain.planning.items`)."""
    items: dict[str, int] = {}
    for component in bundle.components:
        benefit = benefits.benefit(component.benefit)
        items[component.id] = len(item_units(bundle, component, benefit, order.quantity)) if benefit else 0
    if all(count <= 1 for count in items.values()):
        return
    anchor = order.anchor(received_at)
    total = sum(
        items[each.id] * len(release_instants(bundle, each, anchor, order.stated))
        for each in bundle.components
    )
    if total > MOST_DELIVERIES:
        message = f"makes {total} deliveries, more than {MOST_DELIVERIES}; order fewer at once"
        yield Problem(("quantity",), message)
