"""Kayixin's requests and answers, field by field as the vendor's pages name them."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from adapters.answers.fields import (
    Amount,
    AmountIfAny,
    Code,
    CodeIfAny,
    Message,
    Text,
    TextIfAny,
    WholeIfAny,
    if_any,
    number_if_numeric,
)
from domain.supply.purchase import Purchase

SUCCESS = 1000
"""The only success of the envelope; every other code is explained by `msg` alone."""


class Envelope(Message):
    code: Code
    msg: TextIfAny = None
    data: Any = Field(None, repr=False)

    @property
    def text(self) -> str:
        """The supplier's explanation as sent: not yet fit to show."""
        return self.msg or ""


class Card(Message):
    """A card in clear. `status`: 0 delivered, 1 processed, 2 voided, 3 used, 4 voiding; absent on create."""

    card_id: TextIfAny = Field(None, alias="cardId")
    number: TextIfAny = Field(None, alias="cardNo", repr=False)
    password: TextIfAny = Field(None, alias="cardPwd", repr=False)
    cancel_request: WholeIfAny = Field(None, alias="cancelRequest")
    status: CodeIfAny = None


Cards = Annotated[list[Card], BeforeValidator(lambda value: if_any(value) or [])]
"""Null and an empty text stand for no cards."""


class Created(Message):
    order_number: Text = Field(alias="orderNumber")
    cards: Cards = Field(default=[])


class Bought(Message):
    """`money` is what the order cost and `ret_money` what was paid back of it, both in yuan."""

    order_number: TextIfAny = Field(None, alias="orderNumber")
    outer_number: TextIfAny = Field(None, alias="outerNumber")
    money: AmountIfAny = None
    ret_money: AmountIfAny = Field(None, alias="retMoney")


class Order(Bought):
    status: Code
    result: TextIfAny = Field(None, repr=False)
    cards: Cards = Field(default=[])


class RefundRequest(Message):
    """The answer to `order/refunds`: the order's status afterwards."""

    status: Code


class Goods(Message):
    """`status`: 1 on sale, 2 paused, 3 banned (values from the goods-change callback)."""

    goods_id: Text = Field(alias="goodsId")
    sales_price: Amount = Field(alias="salesPrice")
    status: Code
    min_quantity: WholeIfAny = Field(None, alias="minQuantity")
    stock_count: WholeIfAny = Field(None, alias="stockCount")


def order_request(purchase: Purchase, callback_url: str) -> dict[str, object]:
    """The body of `order/create`. `safePrice` is the ceiling for all units together, in yuan.

    `attach` names fields by the label on the goods' page, so labels are options of the offer:
    `account_label`, and `<field>_label` for each further account field (default: the field's own name).
    """
    request: dict[str, object] = {
        "goodsId": number_if_numeric(purchase.product),
        "count": purchase.quantity,
        "outerNumber": purchase.key,
        # Exact as text: the nearest double of n/100 prints as its two decimals up to 10^13.
        "safePrice": purchase.max_cost.amount / 100,
    }
    if callback_url:
        request["notifyUrl"] = callback_url
    if "sku" in purchase.options:
        request["sku"] = purchase.options["sku"]
    if purchase.kind == "recharge":
        labels = purchase.options
        request["attach"] = [
            {"name": labels.get("account_label", "充值账号"), "value": purchase.account},
            *(
                {"name": labels.get(f"{field}_label", field), "value": value}
                for field, value in purchase.account_fields.items()
            ),
        ]
    return request
