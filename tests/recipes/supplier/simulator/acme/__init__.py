"""The Acme simulator: an answer to every signed request, and one callback about every end."""

import hmac
import json
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator import fields
from simulator.calls.answering import answer, answer_read, create
from simulator.fields import BadField, JsonObject
from simulator.protocol import Simulator
from simulator.shop.account import Account, Vendor
from simulator.shop.products import Product
from simulator.shop.purchase import Purchase, Refusal
from simulator.shop.sale import Sale
from simulator.shop.shop import Shop

__all__ = ["SIMULATOR"]

PRODUCTS = (
    Product("gold", "黄金卡", 1200, "card", sync=True),
    Product("silver", "白银卡", 700, "card", mode="out_of_stock", sync=True),
)
Notice = Mapping[str, object]


def signature(body: bytes, secret: str) -> str:
    return hmac.digest(secret.encode(), body, "sha256").hex()


class AcmeApi:
    """The protocol in front of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def routes(self) -> list[Route]:
        return [Route(f"/{path}", self.handle, methods=["POST"]) for path in ("buy", "ask", "goods")]

    async def handle(self, request: Request) -> Response:
        body, account = await request.body(), self._shop.account
        signed = signature(body, account.secret)
        if not hmac.compare_digest(signed.encode(), request.headers.get("X-Sign", "").encode()):
            self._shop.refused_signatures += 1
            return JSONResponse({"error": "wrong_signature"})
        try:
            sent = fields.parse_object(body)
            if fields.text(sent, "customer") != account.app_id:
                return JSONResponse({"error": "no_such_customer"})
            return await self._answer(request.url.path, sent, request)
        except BadField as error:
            return JSONResponse({"error": str(error)})
        except Refusal as refusal:
            return JSONResponse({"error": refusal.why.name.lower()})

    async def _answer(self, path: str, sent: JsonObject, request: Request) -> Response:
        if path == "/ask":
            number = fields.text(sent, "number")

            async def asked() -> Response:
                sale = self._shop.find(number)
                return JSONResponse({"error": "no_such_order"}) if sale is None else _written(sale)

            return await answer(self._shop, "query", number, request, asked)
        product = self._shop.products.get(fields.text(sent, "product"))
        if product is None:
            return JSONResponse({"error": "no_such_product"})
        if path == "/buy":
            purchase = Purchase(
                product=product,
                number=fields.text(sent, "number"),
                quantity=fields.integer(sent, "pieces"),
                ceiling_minor=fields.integer(sent, "most"),
            )
            return await create(self._shop, purchase, request, _written)

        async def shown() -> Response:
            return JSONResponse(
                {"price": product.price_minor, "left": product.stock if product.has(1) else 0}
            )

        return await answer_read(self._shop, request, shown)


class AcmeNotices:
    """Said once, and once more after a minute."""

    ladder = (60.0,)
    acknowledgement = b"thanks"

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def address(self, sale: Sale) -> str:
        return self._shop.callback_url

    def write(self, sale: Sale) -> Notice:
        return {"number": sale.number, "order": sale.order_number, "state": sale.status}

    def seal(self, notice: Notice, secret: str) -> tuple[bytes, Mapping[str, str]]:
        body = json.dumps(notice).encode()
        return body, {"Content-Type": "application/json", "X-Sign": signature(body, secret)}

    def contrary(self, notice: Notice) -> Notice:
        return {**notice, "state": "failed" if notice["state"] == "delivered" else "delivered"}

    def misbound(self, notice: Notice) -> Notice:
        return {**notice, "order": f"{notice['order']}9"}

    def unknown(self, notice: Notice) -> Notice:
        return {**notice, "number": str(notice["number"])[::-1]}

    def earlier(self, notice: Notice) -> None:
        return None


def _written(sale: Sale) -> Response:
    keys = [card.number for card in sale.credentials]
    told = {"state": sale.status, "order": sale.order_number, "price": sale.money_minor, "keys": keys}
    return JSONResponse(told)


SIMULATOR = Simulator(
    vendor=Vendor("acme", knows_refunds=False),
    account=Account("acme-customer", "a" * 32, PRODUCTS),
    api=AcmeApi,
    notices=AcmeNotices,
    account_id="customer",
)
