"""A pool: our own stock of imported keys, asked as every supplier is.

Nothing crosses a wire: storage implements `OwnStock`, and its transactions make issuing exactly-once. Its
failures are our own faults and pass as they are. Keys were paid for when they were imported, so a purchase
from the pool carries no charge; `level` tells what they cost.
"""

from collections.abc import Mapping, Sequence

from adapters.answers.fields import write_json
from adapters.answers.units import credential
from adapters.http import Unusable
from adapters.own_stock import OwnStock
from adapters.pool.config import PoolConfig
from adapters.pool.offers import REVOCABLE
from adapters.supplier import Answer, CallbackRefused, Exchange, StockLevel, SupplierCallback
from domain.money import Money
from domain.notes.supply.goods import PoolKeeps, PoolKindUnsupported, PoolShort
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import (
    Delivered,
    IssuedUnit,
    NotRevocable,
    QueryOutcome,
    Rejected,
    Revoked,
    RevokeOutcome,
    SubmitOutcome,
    Uncertain,
    UnknownOrder,
)
from domain.supply.purchase import Purchase


class Pool:
    """One pool of imported keys."""

    def __init__(self, name: str, config: PoolConfig, stock: OwnStock) -> None:
        self._name = name
        self._config = config
        self._stock = stock

    @property
    def capabilities(self) -> Capabilities:
        """A repeated key is answered with the units that were issued first."""
        return Capabilities(
            on_duplicate="replay",
            query_by_our_number=True,
            revocable=REVOCABLE,
            absence_after=self._config.absence_after,
            tells_charge=False,
            kept_here=True,
        )

    async def submit(self, purchase: Purchase) -> Answer[SubmitOutcome]:
        """Issue, or refuse as a whole: a pool never delivers in part."""
        if purchase.kind not in ("key", "link"):
            refused = Rejected("kind_unsupported", PoolKindUnsupported(), scope="offer")
            return Answer(refused, Exchange(request="", response=""))
        units = await self._stock.issue(self._name, purchase.product, purchase.key, purchase.quantity)
        if units is None:
            short = Rejected("pool_short", PoolShort(), scope="offer", out_of_stock=True)
            return Answer(short, _exchange("issue", purchase, 0))
        return Answer(_handed_out(units, purchase), _exchange("issue", purchase, len(units)))

    async def query(self, purchase: Purchase) -> Answer[QueryOutcome]:
        units = await self._stock.issued(self._name, purchase.key)
        if units is None:
            return Answer(UnknownOrder(), _exchange("issued", purchase, 0))
        return Answer(_handed_out(units, purchase), _exchange("issued", purchase, len(units)))

    async def revoke(self, purchase: Purchase, units: tuple[IssuedUnit, ...]) -> Answer[RevokeOutcome]:
        exchange = _exchange("release", purchase, len(units))
        if await self._stock.release(self._name, purchase.key):
            return Answer(Revoked(), exchange)
        return Answer(NotRevocable(PoolKeeps()), exchange)

    @property
    def acknowledgement(self) -> bytes:
        return b""

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> SupplierCallback:
        raise CallbackRefused("a pool of our own keys reports nothing")

    async def stock(self, product: str) -> StockLevel:
        available, unit_cost = await self._stock.level(self._name, product)
        return StockLevel(
            product=product,
            unit_cost=Money(amount=unit_cost, currency=self._config.currency),
            state="in_stock" if available > 0 else "out_of_stock",
            available=available,
        )

    async def aclose(self) -> None:
        """Nothing to release: the stock belongs to whoever handed it in."""


def _handed_out(units: Sequence[IssuedUnit], purchase: Purchase) -> Delivered | Uncertain:
    """What was issued, when it is what was asked for: a link product may have been filled with keys."""
    try:
        return Delivered(tuple(credential(unit, must_be_link=purchase.kind == "link") for unit in units))
    except Unusable as error:
        return Uncertain(error.why)


def _exchange(verb: str, purchase: Purchase, units: int) -> Exchange:
    """What was asked and how many units came, without the units: those are kept elsewhere already."""
    asked = {"verb": verb, "product": purchase.product, "key": purchase.key, "quantity": purchase.quantity}
    return Exchange(request=write_json(asked), response=write_json({"units": units}))
