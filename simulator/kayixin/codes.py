"""The numbers of the Kayixin protocol.

Only 1000 is documented: every other `code` is explained by its text alone. So the refusals of a purchase
share one number here, and a client that tells them apart by number finds out.
"""

from simulator.shop.ledger import Status
from simulator.shop.purchase import Refused

OK = 1000
REFUSED = 1001
ORDER_NOT_FOUND = 1002
BAD_REQUEST = 1003
UNAUTHORISED = 1004
UNLISTED = 1999

REFUSAL_TEXT = {
    Refused.DUPLICATE_NUMBER: "外部订单号重复",
    Refused.NOT_ON_SALE: "商品已停售",
    Refused.OUT_OF_STOCK: "库存不足",
    Refused.PRICE_ABOVE_CEILING: "订单金额超过安全进价",
    Refused.BALANCE_SHORT: "余额不足",
    Refused.NOT_REFUNDABLE: "不支持退款",
    Refused.UNLISTED: "该商品库存不足，请选择其他商品",
}

ORDER_STATUS: dict[Status, int] = {"pending": 2, "delivered": 3, "failed": 4, "refunded": 5}
CARD_ISSUED = 0
CARD_VOID = 2


class EnvelopeError(Exception):
    """Ends a request with an error envelope."""

    def __init__(self, code: int, msg: str) -> None:
        super().__init__(msg)
        self.code = code
        self.msg = msg


class WrongSignature(EnvelopeError):
    """The request was not signed with our secret."""

    def __init__(self) -> None:
        super().__init__(UNAUTHORISED, "签名错误")
