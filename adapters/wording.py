"""What suppliers' free texts can be trusted to mean, and how a text is made fit for logs and histories.

Neither vendor publishes an error table, so some refusals are known by their words only. Every pattern errs on
the side of not recognising: an unrecognised text leaves the attempt uncertain, and a person looks at it.
"""

import re

from domain.purchase import Purchase

_LONGEST = 200
_SEVEN_DIGITS = re.compile(r"\d(?:[ -]?\d){6,}")
_NO_SUCH_ORDER = re.compile(
    r"订单[^，。,.;；]{0,40}?(?:不存在|未找到|没有找到)"
    r"|(?:不存在|未找到|没有找到|查无)[^，。,.;；]{0,10}订单"
    r"|order[^,.;]{0,60}?not (?:found|exist)"
    r"|no such order",
    re.IGNORECASE,
)
_DUPLICATE = re.compile(r"重复|已存在|已经存在|duplicate|(?<!not )exist", re.IGNORECASE)
_UNFINISHED = re.compile(
    r"超时|处理中|繁忙|系统异常|系统错误|稍后|稍候|timeout|timed out|processing|busy|internal", re.IGNORECASE
)
_OVER_CEILING = re.compile(r"安全进?价|超[过出][^，。,.;；]{0,20}价|safe ?price", re.IGNORECASE)


def fit_to_show(text: str, purchase: Purchase) -> str:
    """`text` on one line, without the recipient or any longer number, at most 200 characters.

    Suppliers echo accounts in their messages, and a message ends up in Temporal's history.
    """
    recipient = [purchase.account or "", *purchase.account_fields.values()]
    for value in sorted((value for value in recipient if len(value) > 1), key=len, reverse=True):
        text = re.sub(re.escape(value), "***", text, flags=re.IGNORECASE)
    return " ".join(_SEVEN_DIGITS.sub("***", text).split())[:_LONGEST]


def says_no_such_order(text: str) -> bool:
    """Whether the text says that the order does not exist; "商户不存在" (no such merchant) is not that."""
    return bool(_NO_SUCH_ORDER.search(text))


def smells_of_duplicate(text: str) -> bool:
    """Whether an order of our number may already be there."""
    return bool(_DUPLICATE.search(text))


def leaves_it_open(text: str) -> bool:
    """Whether the supplier's own words do not exclude that it went on working (busy, timed out)."""
    return bool(_UNFINISHED.search(text))


def says_over_ceiling(text: str) -> bool:
    """Whether the refusal is for a price above the ceiling that we sent."""
    return bool(_OVER_CEILING.search(text))


def says_out_of_stock(text: str) -> bool:
    """Whether the refusal is for want of stock, so that waiting may help."""
    return any(word in text for word in ("库存", "缺货", "断货", "售罄")) or "stock" in text.lower()
