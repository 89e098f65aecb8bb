"""Items: the deliveries that one release becomes where a supplier sells too few units in one purchase."""

from domain.contract.bundle import Bundle, Component
from domain.contract.catalogue import Benefit
from domain.planning.offers import usable_offers
from domain.planning.policy import must_come_whole

Item = tuple[str, int, int]
"""Which delivery of an order it is: its component's id, the number of the release and that of the item."""


def number_of(release: int, item: int, items: int) -> str:
    """A delivery's number as people read it: that of its release, and of several items which one (`3.2`)."""
    return str(release) if items == 1 else f"{release}.{item}"


def item_units(bundle: Bundle, component: Component, benefit: Benefit, quantity: int) -> list[int]:
    """The units of each item of one release, in an order of `quantity` bundles; none where none can be sold.

    One item, where every offer that may serve one bundle sells all of them in one purchase. Otherwise each
    has as many bundles as the offer that sells fewest, so that any item can fail over to any offer.
    """
    units = component.quantity * quantity
    if must_come_whole(bundle, component):
        return [units] if usable_offers(bundle, component, benefit, units) else []
    served = usable_offers(bundle, component, benefit, component.quantity)
    fewest = min((benefit.offers[i].max_units or units for i in served), default=0)
    size = component.quantity * (min(fewest, units) // component.quantity)
    if not size:
        return []
    rest = units % size
    return [size] * (units // size) + ([rest] if rest else [])
