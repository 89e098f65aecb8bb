"""The numbers of the Fulu protocol.

Known are 0, and 3001 to 3005 and 3008 as "try another product"; which of those means what is a guess, and all
the others are this simulator's own, since the vendor's table was never found.
"""

from simulator.shop.purchase import Refused

OK = 0
BAD_REQUEST = 2001
UNAUTHORISED = 2002
UNKNOWN_METHOD = 2003
ORDER_NOT_FOUND = 2104
DUPLICATE_NUMBER = 2105
BALANCE_SHORT = 2106
PRODUCT_NOT_FOUND = 2107
NOT_ON_SALE = 3001
OUT_OF_STOCK = 3002
UNLISTED = 2999

OK_MESSAGE = "接口调用成功"

REFUSAL = {
    Refused.DUPLICATE_NUMBER: (DUPLICATE_NUMBER, "订单号重复"),
    Refused.NOT_ON_SALE: (NOT_ON_SALE, "商品维护中"),
    Refused.OUT_OF_STOCK: (OUT_OF_STOCK, "库存不足"),
    Refused.BALANCE_SHORT: (BALANCE_SHORT, "余额不足"),
    Refused.UNLISTED: (UNLISTED, "该商品库存不足，请选择其他商品"),
}


class EnvelopeError(Exception):
    """Ends a request with an error answer."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class WrongSignature(EnvelopeError):
    """The request was not signed with our secret."""

    def __init__(self) -> None:
        super().__init__(UNAUTHORISED, "签名错误")
