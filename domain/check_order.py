"""What an order document can contradict: its bundle's price, accounts and quantities."""

from domain.catalogue import AccountType, Catalogue
from domain.check import recipient_name, usable_offers, with_article
from domain.contract import Bundle
from domain.order import OrderDocument
from domain.problems import Problem


def check_order(order: OrderDocument, bundle: Bundle, benefits: Catalogue) -> list[Problem]:
    """Everything that keeps this order document from being placed for this bundle version."""
    problems: list[Problem] = []
    price = bundle.price.times(order.quantity)
    if order.paid != price:
        problems.append(Problem(("paid",), f"must be {price}, the price of {order.quantity} x {bundle.id}"))
    wanted: set[str] = set()
    for component in bundle.components:
        benefit = benefits.benefit(component.benefit)
        units = component.quantity * order.quantity
        if benefit is not None and not usable_offers(bundle, component, benefit, units):
            message = f"no supplier sells {units} units of {component.id} in one purchase; order fewer"
            problems.append(Problem(("quantity",), message))
        if benefit is None or benefit.account is AccountType.NONE:
            continue
        name = recipient_name(component)
        wanted.add(name)
        recipient = order.recipients.get(name)
        if recipient is None:
            missing = f"missing: component {component.id} goes to {with_article(benefit.account)}"
            problems.append(Problem(("recipients", name), missing))
        elif recipient.type is not benefit.account:
            wanted_type, given = with_article(benefit.account), with_article(recipient.type)
            message = f"component {component.id} goes to {wanted_type}, not {given}"
            problems.append(Problem(("recipients", name, "type"), message))
    for name in order.recipients:
        if name not in wanted:
            problems.append(Problem(("recipients", name), "no component of the bundle uses it; remove it"))
    return problems
