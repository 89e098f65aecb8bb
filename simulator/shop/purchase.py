"""The words a protocol and the shop behind it share: a purchase, a refusal."""

from dataclasses import dataclass
from enum import Enum, auto

from simulator.shop.products import Product


@dataclass(frozen=True, slots=True)
class Purchase:
    """A create request that passed the protocol's checks. `ceiling_minor` limits the total.

    `dearer_minor` is what a piece costs more than a moment ago, `notify_url` where this order is reported to.
    """

    product: Product
    number: str
    quantity: int
    account: str = ""
    ceiling_minor: int | None = None
    notify_url: str = ""
    dearer_minor: int = 0

    @property
    def money_minor(self) -> int:
        return (self.product.price_minor + self.dearer_minor) * self.quantity


class Refused(Enum):
    """Why nothing was sold or undone. Each protocol has its own code and text for each."""

    DUPLICATE_NUMBER = auto()
    NOT_ON_SALE = auto()
    OUT_OF_STOCK = auto()
    PRICE_ABOVE_CEILING = auto()
    BALANCE_SHORT = auto()
    NOT_REFUNDABLE = auto()
    UNLISTED = auto()
    """Out of stock, under a code that no table of the supplier has."""


class Refusal(Exception):
    """Raised instead of selling or undoing."""

    def __init__(self, why: Refused) -> None:
        super().__init__(why.name)
        self.why = why
