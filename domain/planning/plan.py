"""The plan of an order: every delivery with its instant, its part of the price and its offers, pinned.

Computed once, when the order is accepted; nothing in it is evaluated again later.
"""

from datetime import datetime
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from domain.contract.bundle import Bundle, Component, Reversibility, Role, recipient_name
from domain.contract.catalogue import Benefit, BenefitKind, Catalogue
from domain.contract.condition import Attributes
from domain.money import Money, allocate
from domain.planning.gates import release_instants
from domain.planning.items import Item, item_units, number_of
from domain.planning.offers import usable_offers
from domain.planning.policy import required


class PinnedOffer(BaseModel):
    """An offer as it stood when the order was accepted."""

    model_config = ConfigDict(frozen=True)

    connection: str
    product: str
    unit_cost: Money
    revocable: bool = True
    """Whether what is bought there can be taken back."""
    options: dict[str, str] = {}

    def at(self, connection: str) -> "PinnedOffer":
        """The same product at another connection."""
        return PinnedOffer(**{**dict(self), "connection": connection})


class PlannedDelivery(BaseModel):
    """One release of one component, or an item of it, before anything happened."""

    model_config = ConfigDict(frozen=True)

    component: str
    release: int
    item: int = 1
    items: int = 1
    """How many deliveries the release was divided into."""
    benefit: str
    title: str
    kind: BenefitKind
    units: int
    role: Role
    reversibility: Reversibility
    shared_credential: bool
    case_sensitive: bool = False
    recipient: str | None
    due_at: datetime | None
    """None only while a schedule waits for its condition."""
    share: Money
    max_unit_cost: Money
    offers: list[PinnedOffer]

    @property
    def place(self) -> Item:
        """Which delivery of the order it is."""
        return self.component, self.release, self.item

    @property
    def number(self) -> str:
        """Its number as people read it."""
        return number_of(self.release, self.item, self.items)

    def served_by(self, offers: list[PinnedOffer]) -> "PlannedDelivery":
        """The same with these offers."""
        return PlannedDelivery(**{**dict(self), "offers": offers})


def plan_deliveries(
    bundle: Bundle,
    catalogue: Catalogue,
    quantity: int,
    anchor: datetime,
    attributes: Attributes = MappingProxyType({}),
    *,
    discount: int = 0,
) -> list[PlannedDelivery]:
    """Every delivery of `quantity` bundles anchored at `anchor` (UTC-aware), in contract order.

    `attributes` are those of the order, with the built-in ones (`OrderDocument.stated`). `discount`:
    minor units that the buyer paid less than the price.
    """
    shares = component_shares(bundle, catalogue, quantity, discount)
    deliveries: list[PlannedDelivery] = []
    for component, share in zip(bundle.components, shares, strict=True):
        benefit = _benefit(catalogue, component)
        units = item_units(bundle, component, benefit, quantity)
        offers = pinned_offers(bundle, component, benefit, units[0])
        dearest = max((offer.unit_cost for offer in offers), key=lambda cost: cost.amount)
        due = release_instants(bundle, component, anchor, attributes)
        deliveries += [
            PlannedDelivery(
                component=component.id,
                release=number,
                item=item,
                items=len(units),
                benefit=benefit.id,
                title=benefit.title,
                kind=benefit.kind,
                units=its_units,
                role=component.role,
                reversibility=component.reversibility,
                shared_credential=benefit.shared_credential,
                case_sensitive=benefit.case_sensitive,
                recipient=None if benefit.account == "none" else recipient_name(component),
                due_at=due_at,
                share=Money(amount=its_share, currency=bundle.price.currency),
                max_unit_cost=component.max_cost or dearest,
                offers=offers,
            )
            for number, (due_at, part) in enumerate(
                zip(due, allocate(share, [1] * len(due)), strict=True), start=1
            )
            for item, (its_units, its_share) in enumerate(
                zip(units, allocate(part, units), strict=True), start=1
            )
        ]
    return deliveries


def component_shares(bundle: Bundle, catalogue: Catalogue, quantity: int, discount: int = 0) -> list[int]:
    """The part of what was paid for `quantity` bundles that falls to each component, in minor units.

    Fixed shares where the contract gives them; otherwise in proportion to what all releases of it sell for on
    their own. (A rule whose number of releases depends on the order has a fixed share.)
    """
    paid = bundle.price.amount * quantity - discount
    weights = []
    for component in bundle.components:
        if component.share is not None:
            weights.append(component.share.amount)
        else:
            stand_alone = component.stand_alone or _benefit(catalogue, component).stand_alone
            weights.append(stand_alone.amount * component.quantity * (component.rule.count or 1))
    return allocate(paid, weights)


def with_prices(bundle: Bundle, catalogue: Catalogue) -> Bundle:
    """The bundle with every stand-alone price written out, so that a later catalogue cannot change it."""
    components = [
        c.model_copy(update={"stand_alone": c.stand_alone or _benefit(catalogue, c).stand_alone})
        for c in bundle.components
    ]
    return bundle.model_copy(update={"components": components})


def pinned_offers(bundle: Bundle, component: Component, benefit: Benefit, units: int) -> list[PinnedOffer]:
    """The offers that may serve `units` of this component, in the order they are tried."""
    return [
        PinnedOffer(
            connection=benefit.offers[i].connection,
            product=benefit.offers[i].product,
            unit_cost=benefit.offers[i].cost,
            revocable=benefit.offers[i].revocable,
            options=benefit.offers[i].options,
        )
        for i in usable_offers(bundle, component, benefit, units)
    ]


def pivots(bundle: Bundle) -> frozenset[str]:
    """Ids of components that wait until nothing but their own failure could undo the order."""
    undoable = bool(required(bundle.policy, bundle.components)) or not isinstance(bundle.policy, str)
    if not undoable:
        return frozenset()
    return frozenset(c.id for c in bundle.components if c.reversibility is Reversibility.IRREVERSIBLE)


def _benefit(catalogue: Catalogue, component: Component) -> Benefit:
    benefit = catalogue.benefit(component.benefit)
    if benefit is None:
        raise LookupError(f"benefit {component.benefit} is not in the catalogue")
    return benefit
