"""The reckoning: what the suppliers' ledgers say was sold and paid, next to what the book says.

Attempts whose fate is open, or changes while we look, are left out on both sides, so that orders which
somebody else has under way on the same stack make no difference.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import httpx
from pydantic import BaseModel
from sqlalchemy import select

from domain.fulfilment.states import UNRESOLVED_ATTEMPTS, AttemptState
from domain.planning.plan import PinnedOffer
from starter.outlines import ConnectionOutline, connection_to
from starter.stack.info import StackInfo
from storage.base.database import Database
from storage.tables import Attempt, Delivery

_SOLD = frozenset({AttemptState.DELIVERED, AttemptState.PARTIAL, AttemptState.REVOKED, AttemptState.SURFACED})


class Sale(BaseModel):
    """One sale of a ledger, without the buyer's account and the keys; `credentials` counts the keys."""

    number: str
    order_number: str
    product_code: str
    quantity: int
    status: str
    money_minor: int
    credited_minor: int
    credentials: int


class Purchase(BaseModel):
    """One attempt as the book has it. `assumed`: the supplier named no price, so the agreed one is taken."""

    number: str
    state: AttemptState
    charged_minor: int
    credited_minor: int
    assumed: bool


class Totals(BaseModel):
    """One side of the reckoning."""

    sales: int
    debits_minor: int
    credits_minor: int


class SupplierReckoning(BaseModel):
    """Both sides for one supplier, and where they differ."""

    supplier: str
    connection: str
    ledger: Totals
    book: Totals
    assumed_prices: int
    differences: list[str]
    sales: list[Sale]


async def reckon(
    database: Database, info: StackInfo, outlines: Mapping[str, ConnectionOutline]
) -> list[SupplierReckoning]:
    """Compare the ledger of every simulator that a connection buys from with the book."""
    reckonings = []
    async with httpx.AsyncClient(timeout=10, trust_env=False) as web:
        for supplier, address in info.simulators.items():
            connection = connection_to(outlines, supplier)
            if connection is None:
                continue
            before = await _purchases(database, connection)
            answer = await web.get(f"{address}/_admin/ledger")
            sales = [_sale(sale) for sale in answer.raise_for_status().json()["sales"]]
            after = await _purchases(database, connection)
            purchases = [one if one in before else _moving(one) for one in after]
            reckonings.append(compare(supplier, connection, sales, purchases))
    return reckonings


def compare(
    supplier: str, connection: str, sales: Sequence[Sale], purchases: Sequence[Purchase]
) -> SupplierReckoning:
    """Set a ledger against the book's attempts at that supplier."""
    still_open = {one.number for one in purchases if one.state in UNRESOLVED_ATTEMPTS}
    settled = [sale for sale in sales if sale.number not in still_open]
    bought = [one for one in purchases if one.state in _SOLD]
    ledger = Totals(
        sales=sum(1 for sale in settled if sale.status != "failed"),
        debits_minor=sum(sale.money_minor for sale in settled if sale.status != "failed"),
        credits_minor=sum(sale.credited_minor for sale in settled if sale.status != "failed"),
    )
    book = Totals(
        sales=len(bought),
        debits_minor=sum(one.charged_minor for one in bought),
        credits_minor=sum(one.credited_minor for one in bought),
    )
    differences = list(_differences(settled, bought, {one.number for one in purchases}))
    if ledger != book:
        differences.append(f"totals differ: the ledger has {_words(ledger)}, the book {_words(book)}")
    return SupplierReckoning(
        supplier=supplier,
        connection=connection,
        ledger=ledger,
        book=book,
        assumed_prices=sum(one.assumed for one in bought),
        differences=differences,
        sales=list(sales),
    )


def _differences(sales: Sequence[Sale], bought: Sequence[Purchase], intended: set[str]) -> Iterable[str]:
    counts = Counter(sale.number for sale in sales)
    sold = {sale.number for sale in sales if sale.status != "failed"}
    in_book = {one.number for one in bought}
    for number, count in sorted(counts.items()):
        if count > 1:
            yield f"{number} was sold {count} times"
        if number not in intended:
            yield f"{number} was sold, but the book has no such attempt"
    for number in sorted((sold & intended) - in_book):
        yield f"{number} was sold, but the book says that it was not"
    for number in sorted(in_book - sold):
        yield f"{number} is bought by the book, but the ledger has no such sale"


async def _purchases(database: Database, connection: str) -> list[Purchase]:
    async with database.transaction() as session:
        rows = await session.execute(
            select(Attempt, Delivery)
            .join(Delivery, Delivery.id == Attempt.delivery_id)
            .where(Attempt.connection == connection)
        )
        return [_purchase(attempt, delivery) for attempt, delivery in rows]


def _purchase(attempt: Attempt, delivery: Delivery) -> Purchase:
    charged = attempt.charged_amount
    agreed = PinnedOffer.model_validate(delivery.offers[attempt.offer]).unit_cost.amount * delivery.units
    return Purchase(
        number=attempt.key,
        state=AttemptState(attempt.state),
        charged_minor=agreed if charged is None else charged,
        credited_minor=attempt.credited_amount or 0,
        assumed=charged is None,
    )


def _moving(purchase: Purchase) -> Purchase:
    return purchase.model_copy(update={"state": AttemptState.OPEN})


def _sale(sale: dict[str, Any]) -> Sale:
    return Sale.model_validate({**sale, "credentials": len(sale["credentials"])})


def _words(totals: Totals) -> str:
    return f"{totals.sales} sales, {totals.debits_minor} debited, {totals.credits_minor} credited"
