"""Which offers may serve a component: within its cost, large enough, and revocable where it may be undone."""

from domain.contract.bundle import Bundle, Component
from domain.contract.catalogue import Benefit, Offer
from domain.planning.policy import may_be_undone


def usable_offers(bundle: Bundle, component: Component, benefit: Benefit, units: int) -> list[int]:
    """Indexes of the benefit's offers that may serve `units` of a component, in the order they are tried.

    Within the cost ceiling, large enough for one purchase, and revocable where the policy may undo it.
    """
    undone = may_be_undone(bundle, component)
    fitting = [
        i
        for i, offer in enumerate(benefit.offers)
        if is_within(component, offer) and is_large_enough(offer, units) and (offer.revocable or not undone)
    ]
    return sorted(fitting, key=lambda i: (benefit.offers[i].priority, benefit.offers[i].cost.amount, i))


def is_within(component: Component, offer: Offer) -> bool:
    """Whether a unit costs no more than the component allows."""
    ceiling = component.max_cost
    if ceiling is None:
        return True
    return offer.cost.currency == ceiling.currency and offer.cost.amount <= ceiling.amount


def is_large_enough(offer: Offer, units: int) -> bool:
    """Whether one purchase can bring all units."""
    return offer.max_units is None or units <= offer.max_units
