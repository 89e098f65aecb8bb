"""Bundles and the catalogue, as whoever sells or composes them sees them."""

from datetime import datetime

from pydantic import BaseModel

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.contract.document import Document
from domain.contract.order import OrderDocument
from domain.money import Money
from domain.simulation.timeline import Timeline
from starter.desk.selling.availability import Availability
from starter.gateway.problems.answers import FieldProblem
from storage.supply.counting import ProductCount


class BundleInList(BaseModel):
    """A published bundle version."""

    bundle: str
    version: int
    title: str
    price: Money
    components: list[str]


class Bundles(BaseModel):
    """Every published bundle version, the first published first."""

    livemode: bool
    data: list[BundleInList]


class BundleToCheck(Document):
    """A bundle, over a catalogue that is not published yet or the one in force."""

    bundle: Bundle
    catalogue: Catalogue | None = None


class BundleCheck(BaseModel):
    """Whether a bundle could be published. `warnings`: what may not be meant."""

    livemode: bool
    valid: bool
    errors: list[FieldProblem]
    warnings: list[FieldProblem]


class BundleToSimulate(BundleToCheck):
    """The same, with the order to try it with; unset: one bundle, ordered now."""

    order: OrderDocument | None = None


class Simulation(BaseModel):
    """When everything of an order would come, and what a cancellation would pay back at each moment."""

    livemode: bool
    bundle: str
    version: int
    time_zone: str
    timeline: Timeline


class PublishedBundle(BaseModel):
    """A bundle version that is published. `new`: it was not before."""

    livemode: bool
    bundle: str
    version: int
    new: bool


class PublishedCatalogue(BaseModel):
    """The catalogue is in force. `new`: it was not before."""

    livemode: bool
    new: bool


class BundleAvailability(Availability):
    """A bundle as it can be sold now."""

    livemode: bool


class ProductInStock(BaseModel):
    """How many keys of our own there are of a product."""

    connection: str
    product: str
    free: int
    held: int
    reserved: int
    issued: int
    expired: int
    void: int


class Stock(BaseModel):
    """Our own stock, as it was counted."""

    livemode: bool
    at: datetime
    products: list[ProductInStock]


def in_list(bundle: Bundle) -> BundleInList:
    """A bundle version of a list."""
    return BundleInList(
        bundle=bundle.id,
        version=bundle.version,
        title=bundle.title,
        price=bundle.price,
        components=[each.id for each in bundle.components],
    )


def product(count: ProductCount) -> ProductInStock:
    """A product of the stock."""
    return ProductInStock(**count._asdict())
