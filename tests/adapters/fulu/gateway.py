"""A Fulu gateway that answers what a test tells it to, signed as the vendor's page says."""

import base64
import hashlib
import json
from typing import Any

import httpx
import respx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from tests.adapters.support import FULU_SECRET, KEY

Answer = dict[str, object] | httpx.Response | type[Exception]

URL = "http://fulu.test/api/getway"
PRICE = "fulu.goods.info.get"


def signed(result: str) -> str:
    return hashlib.md5(("".join(sorted(result)) + FULU_SECRET).encode()).hexdigest()


def ok(result: object) -> dict[str, object]:
    text = json.dumps(result, ensure_ascii=False, separators=(",", ":"))
    return {"code": 0, "message": "接口调用成功", "result": text, "sign": signed(text)}


def refused(code: int, message: str = "") -> dict[str, object]:
    return {"code": code, "message": message, "result": ""}


NO_ORDER = refused(2104, "订单不存在")


def sealed(text: str) -> str:
    """A card as Fulu sends it."""
    padder = PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES256(FULU_SECRET.encode()), modes.ECB()).encryptor()
    padded = padder.update(text.encode()) + padder.finalize()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def card(number: str, password: str, card_type: object = 0, **changed: object) -> dict[str, object]:
    clear = {"card_number": number, "card_pwd": password}
    encrypted = {name: sealed(text) if text else "" for name, text in clear.items()}
    return {**encrypted, "card_type": card_type, **changed}


def order(state: object, *cards: dict[str, object], **changed: object) -> dict[str, object]:
    """An order of 19.90 yuan, made at 16:30 in China."""
    fields: dict[str, object] = {
        "order_id": "F1",
        "customer_order_no": KEY,
        "order_state": state,
        "order_price": 19.9,
        "create_time": "2026-11-23 16:30:00",
        "finish_time": "0001-01-01 00:00:00",
    }
    return ok({**fields, "cards": list(cards), **changed})


def goods(sales: str = "上架", stock: str = "充足", **changed: object) -> dict[str, object]:
    """A product at 19.90 yuan."""
    fields = {"product_id": 1001, "purchase_price": 19.9, "sales_status": sales, "stock_status": stock}
    return ok({**fields, **changed})


class Gateway:
    """Answers in the order in which the test lists them, and apart from that what a product costs."""

    def __init__(self, router: respx.MockRouter) -> None:
        self._router = router
        self._answers: list[Answer] = []
        self._goods: Answer = goods()
        router.post(URL, name="gateway").mock(side_effect=self._reply)

    def answers(self, *answers: Answer) -> None:
        self._answers = list(answers)

    def sells(self, answer: Answer) -> None:
        """Every question about a product is answered like this; else with `goods()`."""
        self._goods = answer

    def _reply(self, request: httpx.Request) -> httpx.Response:
        asks_price = json.loads(request.content)["method"] == PRICE
        answer = self._goods if asks_price else self._answers.pop(0)
        if isinstance(answer, type):
            raise answer("as the test says")
        return httpx.Response(200, json=answer) if isinstance(answer, dict) else answer

    @property
    def bodies(self) -> list[str]:
        return [call.request.content.decode() for call in self._router.calls]

    @property
    def asked(self) -> list[tuple[str, Any]]:
        """Each request's method and business fields."""
        envelopes = [json.loads(body) for body in self.bodies]
        return [(each["method"], json.loads(each["biz_content"])) for each in envelopes]
