"""What every supplier protocol offers to the rest of Perkflow.

An adapter knows one wire protocol: how to sign, what to send, and what an answer means. It keeps no state,
opens no transaction and retries nothing. It never raises for what a supplier says: that is an outcome.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, Literal, Protocol, TypeVar

from domain.money import Money
from domain.notes.note import Note
from domain.notes.words import Language
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import IssuedUnit, QueryOutcome, RevokeOutcome, SubmitOutcome
from domain.supply.purchase import Purchase

Outcome = TypeVar("Outcome", covariant=True)


class NotSent(Exception):
    """Nothing of the request left this machine, so the supplier cannot have acted. Safe to repeat.

    A price that was read before a purchase is not part of it. `answered`: the supplier did answer that, and
    is only too busy; `after`: when it wants to be asked again.
    """

    def __init__(self, why: Note, *, answered: bool = False, after: timedelta | None = None) -> None:
        super().__init__(why.say(Language.EN))
        self.why = why
        self.answered = answered
        self.after = after


@dataclass(frozen=True)
class Exchange:
    """The bodies as they crossed the wire, for reconciliation; kept sealed, never logged."""

    request: str = field(repr=False)
    response: str = field(repr=False)


@dataclass(frozen=True)
class Answer(Generic[Outcome]):
    """A decided outcome and the exchange it was read from."""

    outcome: Outcome
    exchange: Exchange


@dataclass(frozen=True)
class StockLevel:
    """What a product costs and whether it can be bought now. `available` is None where no number is given."""

    product: str
    unit_cost: Money
    state: Literal["in_stock", "low_stock", "out_of_stock", "off_sale"]
    available: int | None


Stated = Literal["delivered", "failed", "reversed", "pending", "other"]


@dataclass(frozen=True)
class SupplierCallback:
    """What a supplier's callback states of a purchase. It decides nothing: only a query does.

    `key` is our number, `supplier_order` theirs. A `reversed` purchase was delivered before, they say.
    """

    key: str
    supplier_order: str | None
    stated: Stated


class CallbackRefused(Exception):
    """A callback that is not this supplier's, or not one at all; the text says why, without what it held."""


class Supplier(Protocol):
    """One connection: an account at a supplier, spoken to in one protocol."""

    @property
    def capabilities(self) -> Capabilities: ...

    async def submit(self, purchase: Purchase) -> Answer[SubmitOutcome]:
        """Buy once under `purchase.key`, never above `purchase.max_cost`. Raises NotSent only while nothing
        of the purchase was sent.
        """
        ...

    async def query(self, purchase: Purchase) -> Answer[QueryOutcome]:
        """Ask what became of `purchase.key`. Raises NotSent when the supplier cannot be reached."""
        ...

    async def revoke(self, purchase: Purchase, units: tuple[IssuedUnit, ...]) -> Answer[RevokeOutcome]:
        """Take back every unit of a delivered purchase; repeating it is harmless. Raises NotSent."""
        ...

    @property
    def acknowledgement(self) -> bytes:
        """The body, in plain text, that ends a callback's repeats."""
        ...

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> SupplierCallback:
        """What a callback says, once its signature is verified. Header names are lower-case.

        Raises CallbackRefused.
        """
        ...

    async def stock(self, product: str) -> StockLevel:
        """Price and availability of one product. Raises SupplierError when no usable answer comes."""
        ...

    async def aclose(self) -> None:
        """Release the connection's resources."""
        ...


class SupplierError(Exception):
    """A read-only call (stock, price) got no usable answer; `why` says which and why, without secrets."""

    def __init__(self, why: Note) -> None:
        super().__init__(why.say(Language.EN))
        self.why = why
