"""The Fulu server: POST /api/getway, every answer an HTTP 200 with `{code, message, result, sign}`."""

import re
from collections.abc import Callable
from decimal import Decimal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator import fields
from simulator.calls.answering import Perform, answer, answer_read, create
from simulator.fields import BadField, JsonObject
from simulator.fulu import codes, wire
from simulator.fulu.codes import EnvelopeError, WrongSignature
from simulator.fulu.crypto import compact, sign_text
from simulator.fulu.envelope import Call, open_envelope
from simulator.shop.ledger import Sale
from simulator.shop.products import CARD_KINDS, Kind, Product
from simulator.shop.purchase import Purchase, Refusal
from simulator.shop.shop import Shop

LONGEST_ORDER_NO = 50
LONGEST_ACCOUNT = 50

_OPTIONAL_TEXTS = (
    "charge_game_name",
    "charge_game_region",
    "charge_game_srv",
    "charge_game_role",
    "charge_type",
    "charge_password",
    "charge_ip",
    "contact_qq",
    "contact_tel",
    "shop_type",
    "external_biz_id",
)


class FuluApi:
    """The protocol in front of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._creates: dict[str, Callable[[JsonObject], Purchase]] = {
            "fulu.order.card.add": self._card_purchase,
            "fulu.order.direct.add": self._direct_purchase,
            "fulu.order.mobile.add": self._mobile_purchase,
        }
        self._reads: dict[str, Callable[[JsonObject], object]] = {
            "fulu.user.info.get": self._user,
            "fulu.goods.info.get": self._goods,
            "fulu.goods.stock.check": self._stock,
        }

    def routes(self) -> list[Route]:
        return [Route("/api/getway", self.handle, methods=["POST"])]

    async def handle(self, request: Request) -> Response:
        body, content_type = await request.body(), request.headers.get("Content-Type", "")
        try:
            call = open_envelope(content_type, body, self._shop.account.app_id, self._shop.account.secret)
            return await self._answer(call, request)
        except WrongSignature as error:
            self._shop.refused_signatures += 1
            return _error(error.code, error.message)
        except EnvelopeError as error:
            return _error(error.code, error.message)
        except BadField as error:
            return _error(codes.BAD_REQUEST, str(error))
        except Refusal as refusal:
            return _error(*codes.REFUSAL[refusal.why])

    async def _answer(self, call: Call, request: Request) -> Response:
        sent = call.business
        if call.method == "fulu.order.info.get":
            return await answer(self._shop, "query", _order_no(sent), request, self._doing(self._order, sent))
        if call.method in self._reads:
            return await answer_read(self._shop, request, self._doing(self._reads[call.method], sent))
        if call.method not in self._creates:
            raise EnvelopeError(codes.UNKNOWN_METHOD, "接口不存在")
        _check_optional(sent)
        purchase = self._creates[call.method](sent)

        def written(sale: Sale) -> Response:
            return self._success(wire.accepted_order(sale, purchase.product))

        return await create(self._shop, purchase, request, written)

    def _doing(self, method: Callable[[JsonObject], object], sent: JsonObject) -> Perform:
        async def perform() -> Response:
            return self._success(method(sent))

        return perform

    def _card_purchase(self, sent: JsonObject) -> Purchase:
        product = self._find_product(sent, CARD_KINDS)
        return Purchase(product, _order_no(sent), fields.integer(sent, "buy_num"))

    def _direct_purchase(self, sent: JsonObject) -> Purchase:
        product = self._find_product(sent, frozenset({"direct"}))
        account = fields.text(sent, "charge_account", LONGEST_ACCOUNT)
        return Purchase(product, _order_no(sent), fields.integer(sent, "buy_num"), account)

    def _mobile_purchase(self, sent: JsonObject) -> Purchase:
        phone = fields.text(sent, "charge_phone")
        if not re.fullmatch(r"1[0-9]{10}", phone):
            raise BadField("charge_phone 必须是手机号")
        value = sent.get("charge_value")
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise BadField("charge_value 必须是数字")
        for product in self._shop.products.values():
            if product.kind == "mobile" and product.face_value == value:
                return Purchase(product, _order_no(sent), 1, phone)
        raise EnvelopeError(codes.PRODUCT_NOT_FOUND, "没有该面值的话费商品")

    def _user(self, sent: JsonObject) -> object:
        return {"name": "模拟商户", "balance": wire.yuan(self._shop.balance_minor), "is_open": 1}

    def _goods(self, sent: JsonObject) -> object:
        return wire.product_info(self._find_product(sent))

    def _stock(self, sent: JsonObject) -> object:
        product = self._find_product(sent)
        status = wire.stock_status(product, fields.integer(sent, "buy_num"))
        return {"product_id": int(product.code), "stock_status": status}

    def _order(self, sent: JsonObject) -> object:
        sale = self._shop.find(_order_no(sent))
        if sale is None:
            raise EnvelopeError(codes.ORDER_NOT_FOUND, "订单不存在")
        return wire.queried_order(sale, self._shop.products[sale.product_code], self._shop.account.secret)

    def _find_product(self, sent: JsonObject, kinds: frozenset[Kind] | None = None) -> Product:
        product = self._shop.products.get(str(fields.integer(sent, "product_id")))
        if product is None or (kinds is not None and product.kind not in kinds):
            raise EnvelopeError(codes.PRODUCT_NOT_FOUND, "商品不存在")
        return product

    def _success(self, result: object) -> Response:
        text = compact(result)
        signed = sign_text(text, self._shop.account.secret)
        return JSONResponse({"code": codes.OK, "message": codes.OK_MESSAGE, "result": text, "sign": signed})


def _order_no(sent: JsonObject) -> str:
    return fields.text(sent, "customer_order_no", LONGEST_ORDER_NO)


def _check_optional(sent: JsonObject) -> None:
    """Types of what a create may carry. `customer_price` is the price to the buyer, not a ceiling."""
    for name in _OPTIONAL_TEXTS:
        fields.optional_text(sent, name)
    fields.optional_amount(sent, "customer_price")
    if sent.get("remaining_number") is not None:
        fields.integer(sent, "remaining_number", at_least=0)


def _error(code: int, message: str) -> Response:
    """An error carries an empty result and no signature, as the real gateway's may."""
    return JSONResponse({"code": code, "message": message, "result": ""})
