"""Whether a bundle can be sold now, as far as our own stock and its suppliers go."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.contract.bundle import Bundle, Component
from domain.contract.catalogue import Catalogue
from domain.contract.release import Release
from domain.planning.modes import Supply

Product = tuple[str, str]
"""Connection and product."""
Served = Mapping[str, Sequence[Product]]
"""By component: where it may be bought."""


class Limit(StrEnum):
    """What keeps a bundle from being sold."""

    OUT_OF_STOCK = "out_of_stock"
    SUPPLIER_UNAVAILABLE = "supplier_unavailable"
    NO_SANDBOX = "no_sandbox"
    """For a test channel: no supplier of a component has a sandbox connection."""
    DATES = "dates"
    """An order placed now would come after the end of one of its rules."""


@dataclass(frozen=True)
class SupplyNow:
    """How many keys of our own are free, and which connections nothing is bought from now."""

    free: Mapping[Product, int]
    away: Collection[str]


@dataclass(frozen=True)
class Standing:
    """How a bundle stands. `left`: how many; None where our own stock does not limit it."""

    left: int | None
    limited_by: Limit | None
    component: str | None
    """The one that limits it, or of which there are fewest."""


def served_by(bundle: Bundle, catalogue: Catalogue, supply: Supply, *, livemode: bool) -> Served:
    """Where each component may be bought, for live channels or for test channels."""
    benefits = {each.id: each for each in catalogue.benefits}
    return {
        component.id: [
            (connection, offer.product)
            for offer in (benefits[component.benefit].offers if component.benefit in benefits else [])
            if (connection := supply.serving(offer.connection, livemode=livemode)) is not None
        ]
        for component in bundle.components
    }


def standing_of(
    bundle: Bundle, served: Served, supply: Supply, now: SupplyNow, *, livemode: bool
) -> Standing:
    """How a bundle stands: a component that nobody sells comes before one that has run out."""
    left, scarce = _fewest(bundle, served, supply, now)
    if not livemode:
        for component, sold in served.items():
            if not sold:
                return Standing(left, Limit.NO_SANDBOX, component)
    for component, sold in served.items():
        if {connection for connection, _ in sold}.issubset(now.away):
            return Standing(left, Limit.SUPPLIER_UNAVAILABLE, component)
    return Standing(left, Limit.OUT_OF_STOCK if left == 0 else None, scarce)


def _fewest(bundle: Bundle, served: Served, supply: Supply, now: SupplyNow) -> tuple[int | None, str | None]:
    """How many bundles our own stock is enough for, and the component of which there are fewest."""
    fewest: tuple[int, str] | None = None
    for component in bundle.components:
        sold = served[component.id]
        elsewhere = any(connection not in supply.own_stock for connection, _ in sold)
        if not sold or elsewhere or not _at_once(component):
            continue
        enough_for = max(now.free.get(product, 0) for product in sold) // component.quantity
        if fewest is None or enough_for < fewest[0]:
            fewest = enough_for, component.id
    return fewest or (None, None)


def _at_once(component: Component) -> bool:
    """Whether its first release is due when the order is placed."""
    rule = component.release
    return not isinstance(rule, Release) or (rule.after is None and rule.at is None and rule.when is None)
