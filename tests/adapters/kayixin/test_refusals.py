"""A refused `order/create` is believed only after one query has found nothing under our number."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal

import httpx
import pytest

from adapters.kayixin.adapter import Kayixin
from domain.fulfilment.holds import HoldReason
from domain.fulfilment.steps import hold_reason
from domain.money import Money
from domain.notes.general import Said
from domain.notes.note import Note
from domain.notes.supply.exchanges import (
    AnotherOrder,
    HttpStatus,
    LaterNotSent,
    NoAnswer,
    NoConnectionTo,
    NotFoundButRefused,
    QueryRefused,
    RefusedAndAsked,
    RefusedWhenSentAgain,
)
from domain.notes.supply.goods import BuysIn
from domain.notes.words import Language
from domain.supply.outcomes import (
    ActionRequired,
    Delivered,
    IssuedUnit,
    Pending,
    Receipt,
    Rejected,
    SubmitOutcome,
    Uncertain,
)
from tests.adapters.kayixin.site import NO_ORDER, Answer, Site, card, order, refused
from tests.adapters.support import ACCOUNT, KEY, cny, purchase

UNIT_1 = IssuedUnit(number="C1", password="P1", supplier_card="9001")

REFUSALS: list[tuple[str, SubmitOutcome]] = [
    ("库存不足", Rejected("1001", Said(text="库存不足"), "offer", out_of_stock=True)),
    ("商品已停售", Rejected("1001", Said(text="商品已停售"), "offer")),
    ("商品不存在", Rejected("1001", Said(text="商品不存在"), "offer")),
    ("订单金额超过安全进价", Rejected("1001", Said(text="订单金额超过安全进价"), "offer", over_ceiling=True)),
    ("低于安全价", Rejected("1001", Said(text="低于安全价"), "offer", over_ceiling=True)),
    (
        "价格变动，超过最高限价",
        Rejected("1001", Said(text="价格变动，超过最高限价"), "offer", over_ceiling=True),
    ),
    ("超出您设置的进货价", Rejected("1001", Said(text="超出您设置的进货价"), "offer", over_ceiling=True)),
    ("exceeds safePrice", Rejected("1001", Said(text="exceeds safePrice"), "offer", over_ceiling=True)),
    ("库存不足，超过安全价", Rejected("1001", Said(text="库存不足，超过安全价"), "offer", out_of_stock=True)),
    ("账户余额不足", ActionRequired("balance", "1001", Said(text="账户余额不足"))),
    ("签名错误", ActionRequired("credentials", "1001", Said(text="签名错误"))),
    ("没有下单权限", ActionRequired("credentials", "1001", Said(text="没有下单权限"))),
    ("充值账号格式错误", Rejected("1001", Said(text="充值账号格式错误"), "request", wrong_account=True)),
    (f"账号{ACCOUNT}无效", Rejected("1001", Said(text="账号***无效"), "request", wrong_account=True)),
    ("参数错误", Rejected("1001", Said(text="参数错误"), "offer")),
]


@pytest.mark.parametrize(("msg", "outcome"), REFUSALS)
async def test_refused_and_not_found(kayixin: Kayixin, site: Site, msg: str, outcome: SubmitOutcome) -> None:
    site.on("order/create", refused(msg))
    site.on("order/getDetail", NO_ORDER)
    answer = await kayixin.submit(purchase("recharge"))
    assert answer.outcome == outcome
    assert site.asked[1:] == [("order/getDetail", {"outerNumber": KEY})]
    assert answer.exchange.request.count("\n") == 1


OPEN = [
    "",
    "下单失败",
    "网络异常",
    "服务异常",
    "未知错误",
    "上游无响应",
    "提交中",
    "请求过于频繁",
    "请求失败，请查询订单状态",
    "unknown error",
    "系统繁忙",
    "超过限购数量，请看评价",
    "扣减库存超时",
    "外部订单号重复",
    "外部订单号已使用",
    "订单号已被占用",
    "存在相同订单",
    "该订单已存在",
    "Duplicate outerNumber",
    "order exists",
    "安全价重复",
]


@pytest.mark.parametrize("msg", OPEN)
async def test_a_refusal_that_names_no_cause_may_have_sold(kayixin: Kayixin, site: Site, msg: str) -> None:
    site.on("order/create", refused(msg))
    site.on("order/getDetail", NO_ORDER)
    outcome = (await kayixin.submit(purchase())).outcome
    assert outcome == Uncertain(NotFoundButRefused(answer="1001", text=msg))


@pytest.mark.parametrize("msg", ["库存不足", "余额不足", "签名错误", "充值账号格式错误", "订单号已被占用"])
async def test_of_a_repeated_request_a_refusal_says_nothing_about_the_first(
    kayixin: Kayixin, site: Site, msg: str
) -> None:
    site.on("order/create", refused(msg))
    site.on("order/getDetail", NO_ORDER)
    outcome = (await kayixin.submit(purchase("recharge", resubmitted=True))).outcome
    assert isinstance(outcome, Uncertain)
    assert msg in outcome.why.say(Language.EN)


async def test_a_repeated_request_that_is_not_even_sent_says_nothing_about_the_first(
    kayixin: Kayixin, site: Site
) -> None:
    bought = replace(purchase(resubmitted=True), max_cost=Money(amount=1, currency="USD"))
    outcome = (await kayixin.submit(bought)).outcome
    assert outcome == Uncertain(RefusedWhenSentAgain(answer="currency_mismatch", why=BuysIn(currency="CNY")))
    assert site.asked == []


async def test_the_order_of_the_first_request_decides_when_the_second_is_refused(
    kayixin: Kayixin, site: Site
) -> None:
    site.on("order/create", refused("库存不足"))
    site.on("order/getDetail", order(4, result="已撤单"))
    outcome = (await kayixin.submit(purchase(resubmitted=True))).outcome
    assert outcome == Rejected(
        "status_4", Said(text="已撤单"), "offer", receipt=Receipt("S1", cny(1500), credited=cny(1500))
    )


async def test_a_refusal_for_the_price_is_held_for_the_margin(kayixin: Kayixin, site: Site) -> None:
    site.on("order/create", refused("订单金额超过安全进价"))
    site.on("order/getDetail", NO_ORDER)
    outcome = (await kayixin.submit(purchase())).outcome
    assert isinstance(outcome, Rejected)
    assert hold_reason(outcome) is HoldReason.MARGIN_GUARD


FOUND: list[tuple[Answer, SubmitOutcome]] = [
    (order(3, card(1, 0)), Delivered((UNIT_1,), Receipt("S1", cny(1500)))),
    (order(3, card(1, 0), money=None), Delivered((UNIT_1,), Receipt("S1"))),
    (order(2), Pending(timedelta(seconds=3), Receipt("S1", cny(1500)))),
    (
        order(4, result="缺货，已撤单"),
        Rejected(
            "status_4",
            Said(text="缺货，已撤单"),
            "offer",
            out_of_stock=True,
            receipt=Receipt("S1", cny(1500), credited=cny(1500)),
        ),
    ),
]


@pytest.mark.parametrize(("answer", "outcome"), FOUND)
async def test_refused_but_found_is_what_the_order_says(
    kayixin: Kayixin, site: Site, answer: Answer, outcome: SubmitOutcome
) -> None:
    site.on("order/create", refused("库存不足"))
    site.on("order/getDetail", answer)
    assert (await kayixin.submit(purchase())).outcome == outcome
    assert site.paths == ["order/create", "order/getDetail"]


UNASKABLE: list[tuple[Answer, Note]] = [
    (httpx.ReadTimeout, NoAnswer(error="ReadTimeout")),
    (httpx.ConnectError, LaterNotSent(why=NoConnectionTo(error="ConnectError"))),
    (httpx.Response(500), HttpStatus(status=500)),
    (refused("商户不存在", 1004), QueryRefused(answer="1004", text="商户不存在")),
    (order(3, card(1, 0), outerNumber="another"), AnotherOrder()),
]


@pytest.mark.parametrize(("answer", "why"), UNASKABLE)
async def test_refused_and_not_to_be_asked_is_uncertain(
    kayixin: Kayixin, site: Site, answer: Answer, why: Note
) -> None:
    site.on("order/create", refused("库存不足"))
    site.on("order/getDetail", answer)
    outcome = (await kayixin.submit(purchase())).outcome
    assert outcome == Uncertain(RefusedAndAsked(answer="1001", text="库存不足", asked=why))


async def test_too_many_requests_promises_nothing_and_is_asked_about_when_the_supplier_wants(
    kayixin: Kayixin, site: Site
) -> None:
    busy = httpx.Response(429, headers={"Retry-After": "9"})
    site.on("order/create", busy, refused("库存不足"))
    site.on("order/getDetail", busy, busy)
    nine = timedelta(seconds=9)
    assert (await kayixin.submit(purchase())).outcome == Uncertain(HttpStatus(status=429), after=nine)
    assert (await kayixin.query(purchase())).outcome == Uncertain(HttpStatus(status=429), after=nine)
    both = Uncertain(
        RefusedAndAsked(answer="1001", text="库存不足", asked=HttpStatus(status=429)), after=nine
    )
    assert (await kayixin.submit(purchase())).outcome == both


@pytest.mark.parametrize(
    ("text", "what"), [("签名错误", "credentials"), ("时间戳已过期", "clock"), ("商户不存在", "credentials")]
)
async def test_turned_away_twice_for_the_same_it_was_not_looked_at(
    kayixin: Kayixin, site: Site, text: str, what: Literal["credentials", "clock"]
) -> None:
    site.on("order/create", *[refused(text, 1004)] * 2)
    site.on("order/getDetail", *[refused(text, 1004)] * 2)
    expected = ActionRequired(what, "1004", Said(text=text))
    assert (await kayixin.submit(purchase())).outcome == expected
    again = (await kayixin.submit(purchase(resubmitted=True))).outcome
    assert isinstance(again, Uncertain) and again.refusal == expected


async def test_turned_away_for_two_reasons_decides_nothing(kayixin: Kayixin, site: Site) -> None:
    site.on("order/create", refused("签名错误", 1004))
    site.on("order/getDetail", refused("时间戳已过期", 1004))
    assert isinstance((await kayixin.submit(purchase())).outcome, Uncertain)
