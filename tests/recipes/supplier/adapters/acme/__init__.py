"""Acme, whom nobody ever met: the smallest whole supplier protocol. It sells keys, and takes none back.

Every request is a signed JSON object, and every answer an HTTP 200 with what it is about or with an `error`.
"""

import hmac
from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from adapters.answers.causes import Cause
from adapters.answers.fields import Message, Text, TextIfAny, Whole, WholeIfAny, read, read_json, write_json
from adapters.answers.refusals import believed, refusal_for, refused_here
from adapters.answers.units import credential, handed_over
from adapters.config import HttpConnection
from adapters.http import Conversation, Unusable, WebAddress, Wire
from adapters.own_stock import OwnStock
from adapters.protocol import SupplierProtocol
from adapters.supplier import (
    Answer,
    CallbackRefused,
    Exchange,
    NotSent,
    Stated,
    StockLevel,
    SupplierCallback,
    SupplierError,
)
from domain.contract.catalogue import BenefitKind, OfferTerms
from domain.money import Currency, Money
from domain.notes.general import Said
from domain.notes.supply.exchanges import CallUnusable
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import (
    ActionRequired,
    IssuedUnit,
    NotRevocable,
    QueryOutcome,
    Receipt,
    Rejected,
    RevokeOutcome,
    SubmitOutcome,
    Uncertain,
    UnknownOrder,
)
from domain.supply.purchase import Purchase

__all__ = ["PROTOCOL"]

CAUSES: Mapping[str, Cause] = {
    "out_of_stock": "stock",
    "price_above_ceiling": "ceiling",
    "balance_short": "balance",
}
STATED: Mapping[str, Stated] = {"delivered": "delivered", "failed": "failed"}


class AcmeConfig(HttpConnection):
    """One customer at Acme."""

    protocol: Literal["acme"]
    base_url: WebAddress
    customer: str = Field(min_length=1)


class _Order(Message):
    error: TextIfAny = None
    state: TextIfAny = None
    order: TextIfAny = None
    price: WholeIfAny = None
    keys: tuple[Text, ...] = ()


class _Goods(Message):
    price: Whole
    left: WholeIfAny = None


class _Callback(Message):
    number: Text
    order: Text
    state: Text


class Acme:
    """One customer's account."""

    def __init__(self, config: AcmeConfig) -> None:
        self._config = config
        self._wire = Wire(config.timeout)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            on_duplicate="refuse",
            query_by_our_number=True,
            revocable=False,
            absence_after=self._config.absence_after,
        )

    async def submit(self, purchase: Purchase) -> Answer[SubmitOutcome]:
        talk = Conversation(self._wire)
        return Answer(await self._submit(talk, purchase), talk.exchange)

    async def query(self, purchase: Purchase) -> Answer[QueryOutcome]:
        talk = Conversation(self._wire)
        try:
            order = read(_Order, await self._ask(talk, "ask", {"number": purchase.key}))
        except Unusable as error:
            return Answer(error.outcome, talk.exchange)
        if order.error == "no_such_order":
            return Answer(UnknownOrder(), talk.exchange)
        return Answer(self._sold(order, purchase), talk.exchange)

    async def revoke(self, purchase: Purchase, units: tuple[IssuedUnit, ...]) -> Answer[RevokeOutcome]:
        return Answer(NotRevocable(Said(text="Acme takes nothing back")), Exchange(request="", response=""))

    @property
    def acknowledgement(self) -> bytes:
        return b"thanks"

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> SupplierCallback:
        if not hmac.compare_digest(self._signature(body).encode(), headers.get("x-sign", "").encode()):
            raise CallbackRefused("the signature does not verify")
        try:
            told = read(_Callback, read_json(body))
        except Unusable as error:
            raise CallbackRefused(str(error)) from None
        return SupplierCallback(told.number, told.order, STATED.get(told.state, "other"))

    async def stock(self, product: str) -> StockLevel:
        try:
            goods = read(_Goods, await self._ask(Conversation(self._wire), "goods", {"product": product}))
        except (NotSent, Unusable) as error:
            raise SupplierError(CallUnusable(call="goods", why=error.why)) from None
        price = Money(amount=goods.price, currency=self._config.currency)
        return StockLevel(product, price, "out_of_stock" if goods.left == 0 else "in_stock", goods.left)

    async def aclose(self) -> None:
        await self._wire.aclose()

    async def _submit(self, talk: Conversation, purchase: Purchase) -> SubmitOutcome:
        refused: Rejected | None = refused_here(purchase, self._config.currency)
        if refused is None and purchase.kind != "key":
            refused = Rejected("kind_unsupported", Said(text="Acme sells keys only"), scope="offer")
        if refused is not None:
            return believed(refused, purchase)
        wanted = {
            "product": purchase.product,
            "pieces": purchase.quantity,
            "number": purchase.key,
            "most": purchase.max_cost.amount,
        }
        try:
            order = read(_Order, await self._ask(talk, "buy", wanted))
        except Unusable as error:
            return error.outcome
        return (
            self._sold(order, purchase) if order.error is None else believed(_refusal(order.error), purchase)
        )

    def _sold(self, order: _Order, purchase: Purchase) -> SubmitOutcome:
        if order.state != "delivered":
            return Uncertain(Said(text=f"an order in state {order.state!r}"))
        charged = None
        if order.price is not None:
            charged = Money(amount=order.price, currency=self._config.currency)
        try:
            keys = tuple(credential(IssuedUnit(number=key), must_be_link=False) for key in order.keys)
        except Unusable as error:
            return Uncertain(error.why, Receipt(order.order, charged))
        return handed_over(keys, purchase.quantity, Receipt(order.order, charged))

    async def _ask(self, talk: Conversation, path: str, asked: Mapping[str, object]) -> object:
        body = write_json({"customer": self._config.customer, **asked}).encode()
        return read_json(
            await talk.post(f"{self._config.base_url}/{path}", body, {"X-Sign": self._signature(body)})
        )

    def _signature(self, body: bytes) -> str:
        return hmac.digest(self._config.secret.get_secret_value().encode(), body, "sha256").hex()


def _refusal(error: str) -> Rejected | ActionRequired | Uncertain:
    """Only what is known to have sold nothing is a refusal."""
    cause = CAUSES.get(error)
    if cause is None:
        return Uncertain(Said(text=f"refused for {error!r}"))
    return refusal_for(cause, error, Said(text=error))


def _build(name: str, config: AcmeConfig, stock: OwnStock) -> Acme:
    return Acme(config)


def _terms(currency: Currency, options: Mapping[str, str]) -> OfferTerms:
    return OfferTerms(currency, revocable=False, single_unit=False, kinds=frozenset({BenefitKind.KEY}))


PROTOCOL = SupplierProtocol(name="acme", config=AcmeConfig, build=_build, terms=_terms)
