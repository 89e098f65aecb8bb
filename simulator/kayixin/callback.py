"""Order callbacks as Kayixin sends them: to the order's `notifyUrl`, signed in the four headers.

The page is silent on which changes are told. Here every end is (3 done, 4 withdrawn, 5 refunded), also of an
order whose cards came with the create answer, and also when it was the client who had them voided.
"""

import base64
import json
import time
from collections.abc import Mapping

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from simulator.callbacks.notices import Notice
from simulator.kayixin import wire
from simulator.kayixin.auth import VERSION, signature
from simulator.shop.ledger import Sale
from simulator.shop.shop import Shop

_FIELDS = (
    "orderNumber",
    "outerNumber",
    "status",
    "money",
    "retMoney",
    "startCount",
    "nowCount",
    "endCount",
    "result",
)
_IN_PROGRESS, _DONE, _WITHDRAWN, _REFUNDED = 2, 3, 4, 5


class KayixinNotices:
    """Repeats as documented, at most seven times."""

    ladder = (15.0, 15.0, 30.0, 180.0, 600.0, 1200.0, 1800.0)
    acknowledgement = b"ok"

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def address(self, sale: Sale) -> str:
        return self._shop.notify_urls.get(sale.order_number, "")

    def write(self, sale: Sale) -> Notice:
        """`cards` is the ciphertext of the query's cards while the order is a success, else empty."""
        order = wire.order(sale, self._shop.products[sale.product_code])
        cards = order["cards"] if order["status"] == _DONE else []
        sealed = encrypt_cards(cards, self._shop.account.secret) if cards else ""
        return {**{name: order[name] for name in _FIELDS}, "cards": sealed}

    def seal(self, notice: Notice, secret: str) -> tuple[bytes, Mapping[str, str]]:
        """A repeat is signed anew, with the time at which it is sent."""
        app_id, timestamp = self._shop.account.app_id, str(int(time.time()))
        body = json.dumps(notice, ensure_ascii=False, separators=(",", ":")).encode()
        return body, {
            "Content-Type": "application/json; charset=utf-8",
            "X-App-Id": app_id,
            "X-Version": VERSION,
            "X-Timestamp": timestamp,
            "X-Signature": signature(app_id, secret, VERSION, timestamp, body),
        }

    def contrary(self, notice: Notice) -> Notice:
        if notice["status"] == _DONE:
            return {**notice, "status": _WITHDRAWN, "retMoney": notice["money"], "cards": ""}
        return {**notice, "status": _DONE, "retMoney": 0.0}

    def misbound(self, notice: Notice) -> Notice:
        return {**notice, "orderNumber": f"{notice['orderNumber']}9"}

    def unknown(self, notice: Notice) -> Notice:
        return {**notice, "outerNumber": str(notice["outerNumber"])[::-1]}

    def earlier(self, notice: Notice) -> Notice:
        """In progress, or done before it was refunded."""
        status = _DONE if notice["status"] == _REFUNDED else _IN_PROGRESS
        return {**notice, "status": status, "retMoney": 0.0, "result": "", "cards": ""}


def encrypt_cards(cards: object, secret: str) -> str:
    """AES-256-ECB with PKCS#7 padding under the secret's bytes, of the JSON array, in base64."""
    padder = PKCS7(algorithms.AES.block_size).padder()
    text = json.dumps(cards, ensure_ascii=False, separators=(",", ":"))
    padded = padder.update(text.encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES256(secret.encode()), modes.ECB()).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()
