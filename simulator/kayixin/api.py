"""The Kayixin server: POST /api/v3/{method}, every answer an HTTP 200 with `{code, msg, data}`."""

from collections.abc import Callable
from decimal import Decimal
from typing import Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator import fields
from simulator.calls.answering import answer, answer_read, create
from simulator.fields import BadField, JsonObject
from simulator.kayixin import codes, wire
from simulator.kayixin.auth import authenticate
from simulator.kayixin.codes import EnvelopeError, WrongSignature
from simulator.shop.ledger import Credential, Sale
from simulator.shop.products import Product
from simulator.shop.purchase import Purchase, Refusal, Refused
from simulator.shop.shop import Shop

LONGEST_OUTER_NUMBER = 50

_ABOUT_ORDERS: dict[str, Literal["query", "revoke"]] = {
    "order/getDetail": "query",
    "card/getDetail": "query",
    "order/refunds": "revoke",
    "card/void": "revoke",
}


class KayixinApi:
    """The protocol in front of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._methods: dict[str, Callable[[JsonObject], object]] = {
            "user/getAccount": self._account,
            "goods/getDetail": self._goods,
            "order/getDetail": self._order,
            "order/refunds": self._refund,
            "card/getDetail": self._card,
            "card/void": self._void,
        }

    def routes(self) -> list[Route]:
        return [Route("/api/v3/{method:path}", self.handle, methods=["POST"])]

    async def handle(self, request: Request) -> Response:
        body = await request.body()
        try:
            authenticate(request.headers, body, self._shop.account.app_id, self._shop.account.secret)
            return await self._answer(request.path_params["method"], body, request)
        except WrongSignature as error:
            self._shop.refused_signatures += 1
            return _envelope(error.code, error.msg)
        except EnvelopeError as error:
            return _envelope(error.code, error.msg)
        except BadField as error:
            return _envelope(codes.BAD_REQUEST, str(error))
        except Refusal as refusal:
            code = codes.UNLISTED if refusal.why is Refused.UNLISTED else codes.REFUSED
            return _envelope(code, codes.REFUSAL_TEXT[refusal.why])

    async def _answer(self, method: str, body: bytes, request: Request) -> Response:
        sent = fields.parse_object(body or b"{}")
        if method == "order/create":
            return await self._create(sent, request)
        if method not in self._methods:
            raise EnvelopeError(codes.BAD_REQUEST, "接口不存在")

        async def perform() -> Response:
            return _envelope(codes.OK, "成功", self._methods[method](sent))

        act = _ABOUT_ORDERS.get(method)
        if act is None:
            return await answer_read(self._shop, request, perform)
        return await answer(self._shop, act, self._number_of(sent), request, perform)

    async def _create(self, sent: JsonObject, request: Request) -> Response:
        product = self._find_goods(sent)
        purchase = Purchase(
            product=product,
            number=fields.text(sent, "outerNumber", LONGEST_OUTER_NUMBER),
            quantity=_quantity(sent),
            account=_account_to_charge(sent, product),
            ceiling_minor=_ceiling_minor(sent),
            notify_url=fields.optional_text(sent, "notifyUrl"),
        )

        def written(sale: Sale) -> Response:
            cards = [wire.issued_card(card, product) for card in sale.credentials]
            return _envelope(codes.OK, "成功", {"orderNumber": sale.order_number, "cards": cards})

        return await create(self._shop, purchase, request, written)

    def _number_of(self, sent: JsonObject) -> str:
        """The outerNumber of the order that a request is about, however it is named; empty if it is not."""
        ours, theirs, ledger = sent.get("outerNumber"), sent.get("orderNumber"), self._shop.ledger
        sales = []
        if "cardId" in sent:
            sales = ledger.by_card(_card_id(sent))
        elif isinstance(theirs, str) and theirs:
            sales = ledger.by_order_number(theirs)
        elif isinstance(ours, str):
            return ours
        return sales[0].number if sales else ""

    def _account(self, sent: JsonObject) -> object:
        return {"balance": wire.yuan(self._shop.balance_minor)}

    def _goods(self, sent: JsonObject) -> object:
        return wire.goods(self._find_goods(sent))

    def _order(self, sent: JsonObject) -> object:
        sale = self._find_order(sent)
        return wire.order(sale, self._shop.products[sale.product_code])

    def _refund(self, sent: JsonObject) -> object:
        return {"status": codes.ORDER_STATUS[self._shop.refund(self._find_order(sent)).status]}

    def _card(self, sent: JsonObject) -> object:
        sale, card = self._find_card(sent)
        return wire.card(card, self._shop.products[sale.product_code])

    def _void(self, sent: JsonObject) -> object:
        self._shop.void(self._find_card(sent)[1].card_id)
        _, card = self._find_card(sent)
        return {"status": codes.CARD_VOID, "result": wire.void_result(card)}

    def _find_goods(self, sent: JsonObject) -> Product:
        product = self._shop.products.get(str(fields.integer(sent, "goodsId")))
        if product is None:
            raise EnvelopeError(codes.REFUSED, "商品不存在")
        return product

    def _find_order(self, sent: JsonObject) -> Sale:
        theirs, ours = fields.optional_text(sent, "orderNumber"), fields.optional_text(sent, "outerNumber")
        if not theirs and not ours:
            raise BadField("orderNumber 和 outerNumber 不能都为空")
        sale = self._shop.find_order(theirs) if theirs else self._shop.find(ours)
        if sale is None:
            raise EnvelopeError(codes.ORDER_NOT_FOUND, "订单不存在")
        return sale

    def _find_card(self, sent: JsonObject) -> tuple[Sale, Credential]:
        found = self._shop.find_card(_card_id(sent))
        if found is None:
            raise EnvelopeError(codes.REFUSED, "卡密不存在")
        return found


def _quantity(sent: JsonObject) -> int:
    quantity = fields.integer(sent, "count")
    if quantity > wire.MOST_PER_ORDER:
        raise BadField(f"count 不能超过 {wire.MOST_PER_ORDER}")
    return quantity


def _ceiling_minor(sent: JsonObject) -> int | None:
    yuan = fields.optional_amount(sent, "safePrice")
    return None if yuan is None else int(yuan * Decimal(100))


def _account_to_charge(sent: JsonObject, product: Product) -> str:
    """The value of `attach[]{name, value}` whose name is the label of the direct product's input."""
    attach = sent.get("attach") or []
    if not isinstance(attach, list) or not all(isinstance(item, dict) for item in attach):
        raise BadField("attach 必须是数组")
    if product.kind != "direct":
        return ""
    inputs = {fields.text(item, "name"): fields.text(item, "value") for item in attach}
    if wire.ACCOUNT_LABEL not in inputs:
        raise BadField(f"{wire.ACCOUNT_LABEL} 不能为空")
    return inputs[wire.ACCOUNT_LABEL]


def _card_id(sent: JsonObject) -> int:
    """The page does not type cardId: we send a number and take it back also in quotes."""
    value = sent.get("cardId")
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return fields.integer(sent, "cardId")


def _envelope(code: int, msg: str, data: object = None) -> JSONResponse:
    return JSONResponse({"code": code, "msg": msg, "data": data})
