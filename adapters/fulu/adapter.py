"""A Fulu connection: asks, verifies the answer's signature, and lets `meaning` decide what it says."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from adapters.answers.fields import number_if_numeric, parse, read, read_json, storable_within, write_json
from adapters.answers.moments import CHINA_TIME
from adapters.answers.refusals import believed, refused_here
from adapters.fulu import meaning
from adapters.fulu.callback import ACKNOWLEDGEMENT, read_callback
from adapters.fulu.config import FuluConfig
from adapters.fulu.messages import (
    ACCEPTED,
    Envelope,
    Goods,
    Order,
    is_phone_credit,
    order_request,
)
from adapters.fulu.offers import REVOCABLE
from adapters.fulu.signing import matches, sign_fields, sign_text
from adapters.fulu.stock import level
from adapters.http import Conversation, Unusable, Wire
from adapters.supplier import Answer, Exchange, NotSent, StockLevel, SupplierCallback, SupplierError
from domain.notes.supply.exchanges import AnotherProduct, CallGotCode, CallUnusable, NotSigned, SignatureWrong
from domain.notes.supply.goods import NoRefundInterface, PriceUnreadable
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import (
    ActionRequired,
    IssuedUnit,
    NotRevocable,
    QueryOutcome,
    Rejected,
    RevokeOutcome,
    SubmitOutcome,
)
from domain.supply.purchase import Purchase

LONGEST_COST_QUERY = timedelta(seconds=5)
"""How long a delivery may wait for the answer what it cost."""
GOODS = "fulu.goods.info.get"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Fulu:
    """One merchant at Fulu. `now` is replaced in tests only.

    Fulu takes no cost ceiling, so a product's price is read before each purchase and held against
    `Purchase.max_cost`; one that rises in between is paid. Phone credit has no product whose price could be
    read, and its `charge_value` is a face value and no cost: there the ceiling rests on the cost in our
    catalogue alone.
    """

    def __init__(self, config: FuluConfig, now: Callable[[], datetime] = _utc_now) -> None:
        self._config = config
        self._now = now
        self._wire = Wire(config.timeout)

    @property
    def capabilities(self) -> Capabilities:
        """A repeated `customer_order_no` is refused, with a code that is not published."""
        return Capabilities(
            on_duplicate="refuse",
            query_by_our_number=True,
            revocable=REVOCABLE,
            absence_after=self._config.absence_after,
        )

    async def submit(self, purchase: Purchase) -> Answer[SubmitOutcome]:
        """Raises NotSent also when the price is not answered: nothing of the purchase was sent by then."""
        before, talk = Conversation(self._wire), Conversation(self._wire)
        refused: Rejected | ActionRequired | None = refused_here(purchase, self._config.currency)
        refused = refused or meaning.of_phone_credit(purchase)
        unit_price = None
        if refused is None and not is_phone_credit(purchase):
            unit_price, refused = await self._price(before, purchase)
        if refused is not None:
            return Answer(believed(refused, purchase), before.exchange)
        return Answer(await self._buy(talk, purchase, unit_price), talk.exchange)

    async def query(self, purchase: Purchase) -> Answer[QueryOutcome]:
        talk = Conversation(self._wire)
        return Answer(await self._query(talk, purchase), talk.exchange)

    async def revoke(self, purchase: Purchase, units: tuple[IssuedUnit, ...]) -> Answer[RevokeOutcome]:
        return Answer(NotRevocable(NoRefundInterface()), Exchange(request="", response=""))

    @property
    def acknowledgement(self) -> bytes:
        return ACKNOWLEDGEMENT

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> SupplierCallback:
        return read_callback(self._config.secret.get_secret_value(), headers, body)

    async def stock(self, product: str) -> StockLevel:
        try:
            goods = await self._goods(Conversation(self._wire), product)
        except (NotSent, Unusable) as error:
            raise SupplierError(CallUnusable(call=GOODS, why=error.why)) from None
        if isinstance(goods, Envelope):
            raise SupplierError(CallGotCode(call=GOODS, answer=str(goods.code)))
        return level(goods, product, self._config.currency)

    async def aclose(self) -> None:
        await self._wire.aclose()

    async def _price(
        self, talk: Conversation, purchase: Purchase
    ) -> tuple[Decimal | None, Rejected | ActionRequired | None]:
        """What one unit costs, and the refusal that its product calls for. Raises NotSent for silence only:
        any answer is about this one product, and says nothing of the connection.
        """
        try:
            goods = await self._goods(talk, purchase.product)
        except SupplierError as error:
            return None, Rejected("no_price", error.why, scope="offer")
        except (NotSent, Unusable) as error:
            why = PriceUnreadable(call=GOODS, why=error.why)
            raise NotSent(why, answered=error.answered, after=error.after) from None
        if isinstance(goods, Envelope):
            return None, meaning.of_refused_price(goods, purchase)
        return goods.purchase_price, meaning.of_goods(goods, purchase, self._config.currency)

    async def _goods(self, talk: Conversation, product: str) -> Goods | Envelope:
        """What Fulu says of a product, or its refusal to. Raises NotSent, Unusable; SupplierError for an
        answer that tells nothing of this product.
        """
        envelope = await self._ask(talk, GOODS, {"product_id": number_if_numeric(product)})
        if envelope.code != ACCEPTED:
            return envelope
        try:
            goods = read(Goods, read_json(envelope.result))
        except Unusable as error:
            raise SupplierError(CallUnusable(call=GOODS, why=error.why)) from None
        if goods.product_id != product:
            raise SupplierError(AnotherProduct(call=GOODS))
        return goods

    async def _buy(self, talk: Conversation, purchase: Purchase, unit_price: Decimal | None) -> SubmitOutcome:
        try:
            envelope = await self._ask(talk, *order_request(purchase))
        except Unusable as error:
            return error.outcome
        if envelope.code != ACCEPTED:
            return believed(meaning.of_refusal(envelope, purchase), purchase)
        return meaning.of_created(envelope, purchase, self._config.currency, unit_price)

    async def _query(self, talk: Conversation, purchase: Purchase) -> QueryOutcome:
        try:
            envelope = await self._ask(talk, "fulu.order.info.get", {"customer_order_no": purchase.key})
        except Unusable as error:
            return error.outcome
        if envelope.code != ACCEPTED:
            return meaning.of_unsuccessful_query(envelope, purchase)
        secret = self._config.secret.get_secret_value()
        outcome, order = meaning.of_found(envelope, purchase, self._config.currency, secret)
        if order is None or is_phone_credit(purchase) or not meaning.lacks_charge(outcome, order, purchase):
            return outcome
        return await self._with_charge(outcome, order, purchase)

    async def _with_charge(self, outcome: QueryOutcome, order: Order, purchase: Purchase) -> QueryOutcome:
        """Ask once, and not for long, for the price of one unit; a delivery it stays regardless.

        The question is not part of the kept exchange, which holds the order.
        """
        try:
            async with asyncio.timeout(LONGEST_COST_QUERY.total_seconds()):
                goods = await self._goods(Conversation(self._wire), purchase.product)
        except Exception:  # Cards in hand outweigh whatever is wrong with the question.
            return outcome
        if isinstance(goods, Envelope):
            return outcome
        return meaning.with_charge(outcome, order, purchase, self._config.currency, goods.purchase_price)

    async def _ask(self, talk: Conversation, method: str, business: Mapping[str, object]) -> Envelope:
        """One call of the gateway. Raises NotSent, or Unusable also for a signature that does not verify.

        Only an error may come without one: whoever could answer in the vendor's place could sell nothing.
        """
        secret = self._config.secret.get_secret_value()
        unsigned = {
            "app_key": self._config.app_key,
            "method": method,
            "timestamp": self._now().astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M:%S"),
            "version": "2.0",
            "format": "json",
            "charset": "utf-8",
            "sign_type": "md5",
            "app_auth_token": "",
            "biz_content": write_json(business),
        }
        body = write_json(unsigned | {"sign": sign_fields(unsigned, secret)}).encode()
        sent = parse(await talk.post(self._config.gateway, body, {}))
        envelope = read(Envelope, storable_within(sent))
        if envelope.sign is None and envelope.code == ACCEPTED:
            raise Unusable(NotSigned())
        if envelope.sign is not None and not _is_signed(sent, secret, envelope.sign):
            raise Unusable(SignatureWrong())
        return envelope


def _is_signed(sent: object, secret: str, sign: str) -> bool:
    """Whether the vendor signed the `result` that it sent, and not what we made of it."""
    result = sent.get("result") if isinstance(sent, dict) else None
    try:
        return matches(sign_text(result if isinstance(result, str) else "", secret), sign)
    except UnicodeEncodeError:
        return False
