"""Fulu's requests and answers, field by field as the vendor's parameter tables name them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.answers.fields import (
    Amount,
    AmountIfAny,
    Code,
    Message,
    Text,
    TextIfAny,
    WholeIfAny,
    if_any,
    number_if_numeric,
)
from adapters.answers.moments import deadline
from domain.supply.purchase import Purchase

ACCEPTED = 0
"""The envelope's only success. On a create it means accepted, never delivered."""

PLAIN, QR_CODE, SHORT_LINK = 0, 1, 2

_RECHARGE_FIELDS = {
    "game": "charge_game_name",
    "region": "charge_game_region",
    "server": "charge_game_srv",
    "role": "charge_game_role",
    "type": "charge_type",
    "ip": "charge_ip",
}
"""Our account fields, and Fulu's names for them. `charge_ip` is the buyer's own."""


class Envelope(Message):
    """`result` is a JSON text; it and `sign` may be missing when the call failed."""

    code: Code
    message: TextIfAny = None
    result: Annotated[str, BeforeValidator(lambda value: "" if value is None else value)] = Field(
        "", repr=False
    )
    sign: TextIfAny = None

    @property
    def text(self) -> str:
        """The supplier's explanation as sent: not yet fit to show."""
        return self.message or ""


class Card(Message):
    """`number` and `password` are ciphertext. `card_type`: 0 plain, 1 QR code, 2 short link."""

    number: TextIfAny = Field(None, alias="card_number", repr=False)
    password: TextIfAny = Field(None, alias="card_pwd", repr=False)
    card_type: WholeIfAny = None
    card_deadline: TextIfAny = None


Cards = Annotated[list[Card], BeforeValidator(lambda value: if_any(value) or [])]


class Bought(Message):
    """`order_price` is in yuan; whether for one unit or for all is not documented."""

    order_id: TextIfAny = None
    customer_order_no: TextIfAny = None
    order_price: AmountIfAny = None
    create_time: TextIfAny = None
    finish_time: TextIfAny = None


class Order(Bought):
    order_state: Text
    cards: Cards = Field(default=[])


class Goods(Message):
    """`purchase_price` is what we pay for one unit, in yuan."""

    product_id: Text
    purchase_price: Amount
    sales_status: Text
    stock_status: Text


def asks_phone_credit(options: Mapping[str, str]) -> bool:
    """Whether an offer's options ask for `fulu.order.mobile.add`, which sells one charge per order."""
    return options.get("method") == "mobile"


def is_phone_credit(purchase: Purchase) -> bool:
    """Whether it is sold by `fulu.order.mobile.add`: a recharge with the option `method: mobile`."""
    return purchase.kind == "recharge" and asks_phone_credit(purchase.options)


def order_request(purchase: Purchase) -> tuple[str, dict[str, object]]:
    """The method that buys this kind of product, and its business fields.

    `fulu.order.mobile.add` takes a value instead of a product and a quantity.
    """
    product: dict[str, object] = {"product_id": number_if_numeric(purchase.product)}
    ordered: dict[str, object] = {"customer_order_no": purchase.key, "buy_num": purchase.quantity}
    if purchase.kind != "recharge":
        return "fulu.order.card.add", product | ordered
    if is_phone_credit(purchase):
        return "fulu.order.mobile.add", {
            "charge_phone": purchase.account,
            "charge_value": number_if_numeric(purchase.options["charge_value"]),
            "customer_order_no": purchase.key,
        }
    further = {
        name: purchase.account_fields[field]
        for field, name in _RECHARGE_FIELDS.items()
        if field in purchase.account_fields
    }
    return "fulu.order.direct.add", product | ordered | {"charge_account": purchase.account} | further


def china_time(text: str | None) -> datetime | None:
    """Until when a card can be used. None where nothing is said, or nothing that can be read."""
    return deadline(text)
