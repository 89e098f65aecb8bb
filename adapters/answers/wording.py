"""What suppliers' free texts can be trusted to mean, and how a text is made fit for logs and histories.

Neither vendor publishes an error table, so some answers are known by their words only. Every pattern errs on
the side of not recognising: an unrecognised text leaves the attempt uncertain, and it is asked about again.
"""

import re
from typing import Literal

from adapters.answers.causes import CAUSES, Cause
from domain.supply.purchase import Purchase

_LONGEST = 200
_SEVEN_DIGITS = re.compile(r"\d(?:[ -]?\d){6,}")

_CLAUSE = r"[^，。；！？,;!?\n]"
_ANOTHER_THING = r"商户|客户|用户|账号|账户|接口|方法|路由|页面|服务|商品|产品|渠道|货源"
_OF_THE_ORDER = rf"(?:(?!{_ANOTHER_THING}){_CLAUSE})"
_ABSENT = r"(?:不存在|未(?:查询|找|查)到|没有?(?:查询|找|查)到|(?:查询|找|查)不到)"
_ANOTHER_THING_IN_ENGLISH = (
    r"status|service|api|interface|method|route|path|url|page|product|goods|merchant|user"
)
_NO_SUCH_ORDER = re.compile(
    rf"订单{_OF_THE_ORDER}{{0,40}}?{_ABSENT}"
    rf"|单号[^\u4e00-\u9fff，。；,;]{{0,40}}{_ABSENT}"
    rf"|(?:(?<![\u4e00-\u9fff])|该|此|下单|交易|充值)记录{_ABSENT}"
    rf"|(?:{_ABSENT}|查无){_OF_THE_ORDER}{{0,10}}?(?:订单|单号|记录)(?:号|编号|信息|数据|记录)?(?![\u4e00-\u9fff])"
    r"|(?:没有|查?无)(?:此|该|这[个笔条]?|相关|对应|任何)的?(?:订单|单号|单|记录)(?:号|信息|记录)?(?![\u4e00-\u9fff])"
    rf"|(?<!of the )\border\b(?:(?!{_ANOTHER_THING_IN_ENGLISH})[^,.;]){{0,60}}?"
    r"(?:not|n['’]t) (?:be )?(?:found|exist)"
    r"|no such order"
    r"|^\W*(?:the )?(?:order )?records? (?:is |was |does |do )?(?:not|n['’]t) (?:be )?(?:found|exist)\W*$",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"(?:请[您你]?稍[后候]|(?<=[，,。；;！!])稍后)再?(?:次|来|重新)?(?:重?试|下单|购买|提交)(?:一[次下])?"
    r"|(?:please |(?<=[,.;!] ))(?:try|retry)(?: again)? later",
    re.IGNORECASE,
)
"""Politeness beside a cause, and no word about the order. "Will be retried later" is not that."""
_DUPLICATE = re.compile(
    r"重复|已经?存在|存在相同|相同[^，。,;；]{0,4}订单|占用|已被?使用|已经?(?:提交|下单)|单号|流水号|outer_?number"
    r"|duplicate|(?<!not )(?<!n['’]t )exist|already|in use|\bused\b",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(
    r"超时|(?:处理|提交|充值|进行|受理)中|繁忙|频繁|异常|系统错误|未知|稍后|稍候|网络|上游|请求失败"
    r"|无响应|未响应|没有响应|timeout|timed out|processing|pending|busy|internal|unknown|network|upstream"
    r"|too many|later|no response",
    re.IGNORECASE,
)
_SOLD = re.compile(
    r"查询|部分|成功|扣款|退款|已(?:扣|支付|创建|生成)|(?<!维护)(?<!白名单)中(?![\u4e00-\u9fff])|query|partial|success",
    re.IGNORECASE,
)


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
    return bool(_NO_SUCH_ORDER.search(text)) and not leaves_it_open(text)


def turns_us_away(text: str) -> Literal["clock", "credentials"] | None:
    """Whether the text says that a question was not looked at for our clock or our credentials."""
    if CAUSES["clock"].search(text):
        return "clock"
    return "credentials" if CAUSES["credentials"].search(text) else None


def leaves_it_open(text: str) -> bool:
    """Whether the supplier's own words do not exclude that it went on working (busy, timed out)."""
    return bool(_UNFINISHED.search(text))


def may_have_sold(text: str) -> bool:
    """Whether a refusal's words leave room for a sale: a duplicate, an unfinished or a partial order.

    Where a cause is named, the advice to try again later is what one does about it; and of a timestamp that
    has run out nothing of the order has.
    """
    text = CAUSES["clock"].sub("", text)
    advised = _ADVICE.sub("", text)
    if any(pattern.search(advised) for pattern in CAUSES.values()):
        text = advised
    return leaves_it_open(text) or bool(_DUPLICATE.search(text) or _SOLD.search(text))


def named_cause(text: str) -> Cause | None:
    """The cause a refusal names, when that cause cannot have sold and no other word leaves room for a sale.

    Only these refusals are for good. Anything else may be a duplicate, or the supplier's own trouble in the
    middle of a sale, in words that nobody listed.
    """
    if may_have_sold(text):
        return None
    return next((cause for cause, pattern in CAUSES.items() if pattern.search(text)), None)


def says_out_of_stock(text: str) -> bool:
    """Whether the text says that there is no stock, so that waiting may help."""
    return bool(CAUSES["stock"].search(text))
