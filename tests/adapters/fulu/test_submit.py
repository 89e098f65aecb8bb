"""What Fulu is asked to sell, and what each answer to a create means: accepted is never delivered."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from adapters.fulu.adapter import Fulu
from adapters.supplier import NotSent
from domain.notes.general import Said
from domain.notes.note import Note
from domain.notes.supply.exchanges import (
    AnotherOrder,
    CodeSaid,
    FieldUnusable,
    HttpStatus,
    NoAnswer,
    NotJson,
    NotSigned,
    RefusedWhenSentAgain,
)
from domain.supply.outcomes import ActionRequired, Pending, Receipt, Rejected, SubmitOutcome, Uncertain
from domain.supply.purchase import Purchase
from tests.adapters.fulu.gateway import PRICE, Answer, Gateway, card, goods, ok, order, refused, signed
from tests.adapters.support import ACCOUNT, KEY, cny, purchase

MADE_AT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
RECEIPT = Receipt("F1", cny(1990), MADE_AT)
BOTH = Receipt("F1", cny(3980), MADE_AT)

REQUESTS: list[tuple[Purchase, str, dict[str, object]]] = [
    (
        purchase("key", 2, product="10000587", max_cost=3980),
        "fulu.order.card.add",
        {"product_id": 10000587, "customer_order_no": KEY, "buy_num": 2},
    ),
    (
        purchase("link", product="10000588"),
        "fulu.order.card.add",
        {"product_id": 10000588, "customer_order_no": KEY, "buy_num": 1},
    ),
    (
        purchase(
            "recharge",
            3,
            product="10000585",
            max_cost=5970,
            fields={
                "region": "电信一区",
                "server": "逐鹿中原",
                "game": "三国群英传",
                "role": "剑圣",
                "type": "Q币",
                "ip": "192.168.1.100",
            },
        ),
        "fulu.order.direct.add",
        {
            "product_id": 10000585,
            "customer_order_no": KEY,
            "buy_num": 3,
            "charge_account": ACCOUNT,
            "charge_game_name": "三国群英传",
            "charge_game_region": "电信一区",
            "charge_game_srv": "逐鹿中原",
            "charge_game_role": "剑圣",
            "charge_type": "Q币",
            "charge_ip": "192.168.1.100",
        },
    ),
    (
        purchase("recharge", options={"method": "mobile", "charge_value": "30"}),
        "fulu.order.mobile.add",
        {"charge_phone": ACCOUNT, "charge_value": 30, "customer_order_no": KEY},
    ),
]


@pytest.mark.parametrize(("bought", "method", "business"), REQUESTS)
async def test_requests(
    fulu: Fulu, gateway: Gateway, bought: Purchase, method: str, business: dict[str, object]
) -> None:
    gateway.sells(goods(product_id=bought.product))
    gateway.answers(order("untreated"))
    answer = await fulu.submit(bought)
    assert gateway.asked[-1] == (method, business)
    assert answer.exchange.request == gateway.bodies[-1]


ACCEPTED: list[tuple[Purchase, Answer, SubmitOutcome]] = [
    (purchase(), order("untreated"), Pending(timedelta(seconds=2), RECEIPT)),
    (purchase(), order("success", card("N", "P")), Pending(timedelta(seconds=2), RECEIPT)),
    (purchase("recharge"), order("success"), Pending(timedelta(seconds=2), RECEIPT)),
    # two at 19.90 yuan: `order_price` is read as the unit's, as the total's, or not at all
    (purchase(quantity=2, max_cost=3980), order("processing"), Pending(timedelta(seconds=2), BOTH)),
    (
        purchase(quantity=2, max_cost=3980),
        order("processing", order_price="39.8000"),
        Pending(timedelta(seconds=2), BOTH),
    ),
    (
        purchase(quantity=2, max_cost=3980),
        order("processing", order_price=25),
        Pending(timedelta(seconds=2), Receipt("F1", None, MADE_AT)),
    ),
    (
        purchase(quantity=2, max_cost=3980),
        order("processing", order_price=None),
        Pending(timedelta(seconds=2), Receipt("F1", None, MADE_AT)),
    ),
    (
        purchase(),
        {**order("processing", order_price="19.9000"), "code": "0"},
        Pending(timedelta(seconds=2), RECEIPT),
    ),
    (purchase(), order("processing", customer_order_no="x"), Uncertain(AnotherOrder())),
]


@pytest.mark.parametrize(("bought", "answer", "outcome"), ACCEPTED)
async def test_accepted(
    fulu: Fulu, gateway: Gateway, bought: Purchase, answer: Answer, outcome: SubmitOutcome
) -> None:
    gateway.answers(answer)
    assert (await fulu.submit(bought)).outcome == outcome


REFUSED: list[tuple[dict[str, object], SubmitOutcome]] = [
    *[
        (refused(code, "商品维护中"), Rejected(str(code), Said(text="商品维护中"), "offer"))
        for code in (3001, 3002, 3003, 3004, 3005, 3008)
    ],
    (refused(3002, "库存不足"), Rejected("3002", Said(text="库存不足"), "offer", out_of_stock=True)),
    (refused(3008, "已断货"), Rejected("3008", Said(text="已断货"), "offer", out_of_stock=True)),
    (refused(3001), Rejected("3001", Said(text=""), "offer")),
    (
        refused(3001, "商品库存不足，请稍后再试"),
        Rejected("3001", Said(text="商品库存不足，请稍后再试"), "offer", out_of_stock=True),
    ),
    (refused(3001, "请稍后再试"), Uncertain(CodeSaid(answer="3001", text="请稍后再试"))),
    (refused(3999, "库存不足"), Uncertain(CodeSaid(answer="3999", text="库存不足"))),
    (refused(3001, "订单号重复"), Uncertain(CodeSaid(answer="3001", text="订单号重复"))),
    (refused(3001, "订单号已被占用"), Uncertain(CodeSaid(answer="3001", text="订单号已被占用"))),
    (refused(3004, "未知错误"), Uncertain(CodeSaid(answer="3004", text="未知错误"))),
    (refused(3006, "库存不足"), Uncertain(CodeSaid(answer="3006", text="库存不足"))),
    (refused(3007, "?"), Uncertain(CodeSaid(answer="3007", text="?"))),
    (refused(1, "系统错误"), Uncertain(CodeSaid(answer="1", text="系统错误"))),
    (refused(-1, f"账号{ACCOUNT}错误"), Uncertain(CodeSaid(answer="-1", text="账号***错误"))),
    (refused(2105, "订单号重复"), Uncertain(CodeSaid(answer="2105", text="订单号重复"))),
]


@pytest.mark.parametrize(("answer", "outcome"), REFUSED)
async def test_refused(fulu: Fulu, gateway: Gateway, answer: Answer, outcome: SubmitOutcome) -> None:
    gateway.answers(answer)
    assert (await fulu.submit(purchase("recharge"))).outcome == outcome
    assert [method for method, _ in gateway.asked] == [PRICE, "fulu.order.direct.add"]


REPEATED = [("3001", "商品维护中"), ("3002", "库存不足")]


@pytest.mark.parametrize(("code", "text"), REPEATED)
async def test_of_a_repeated_request_a_refusal_says_nothing_about_the_first(
    fulu: Fulu, gateway: Gateway, code: str, text: str
) -> None:
    gateway.answers(refused(int(code), text))
    outcome = (await fulu.submit(purchase(resubmitted=True))).outcome
    assert outcome == Uncertain(RefusedWhenSentAgain(answer=code, why=Said(text=text)))


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (goods(sales="下架"), "off_sale"),
        (goods(stock="断货"), "out_of_stock"),
        (goods(purchase_price=20), "over_ceiling"),
    ],
)
async def test_a_repeated_request_that_is_not_even_sent_says_nothing_about_the_first(
    fulu: Fulu, gateway: Gateway, answer: Answer, code: str
) -> None:
    gateway.sells(answer)
    outcome = (await fulu.submit(purchase(resubmitted=True))).outcome
    assert isinstance(outcome, Uncertain)
    assert isinstance(outcome.why, RefusedWhenSentAgain) and outcome.why.answer == code
    assert [method for method, _ in gateway.asked] == [PRICE]


BROKEN_RESULT = '{"order_id":"F1"'
MALFORMED: list[tuple[Answer, Note, bool, Receipt]] = [
    (httpx.Response(500), HttpStatus(status=500), True, Receipt()),
    (httpx.Response(200, text="<html></html>"), NotJson(), True, Receipt()),
    (httpx.Response(200, text='{"code":0,"result":"'), NotJson(), True, Receipt()),
    ({"message": "接口调用成功"}, FieldUnusable(field="code"), True, Receipt()),
    (
        {"code": 0, "result": {"order_id": 1}},
        FieldUnusable(field="result"),
        True,
        Receipt(),
    ),
    ({"code": 0}, NotSigned(), True, Receipt()),
    ({"code": 0, "result": None}, NotSigned(), True, Receipt()),
    ({"code": 0, "sign": signed("")}, NotJson(), False, Receipt()),
    (
        {"code": 0, "result": BROKEN_RESULT, "sign": signed(BROKEN_RESULT)},
        NotJson(),
        False,
        Receipt(),
    ),
    (ok([]), FieldUnusable(field="data"), False, Receipt()),
    (
        ok({"order_id": "F1"}),
        FieldUnusable(field="order_state"),
        False,
        Receipt("F1"),
    ),
    (
        order("success", order_price="free"),
        FieldUnusable(field="order_price"),
        False,
        Receipt("F1", None, MADE_AT),
    ),
    (httpx.ReadTimeout, NoAnswer(error="ReadTimeout"), True, Receipt()),
    (httpx.WriteError, NoAnswer(error="WriteError"), True, Receipt()),
]


async def test_too_many_requests_promises_nothing_and_is_asked_about_when_the_supplier_wants(
    fulu: Fulu, gateway: Gateway
) -> None:
    gateway.answers(httpx.Response(429, headers={"Retry-After": "70"}))
    outcome = (await fulu.submit(purchase())).outcome
    assert outcome == Uncertain(HttpStatus(status=429), after=timedelta(seconds=70))
    assert not outcome.silent


@pytest.mark.parametrize(("answer", "why", "silent", "receipt"), MALFORMED)
async def test_no_usable_answer_is_uncertain_and_silence_only_when_nothing_verified_came(
    fulu: Fulu, gateway: Gateway, answer: Answer, why: Note, silent: bool, receipt: Receipt
) -> None:
    gateway.answers(answer)
    outcome = (await fulu.submit(purchase())).outcome
    assert outcome == Uncertain(why, receipt)
    assert isinstance(outcome, Uncertain) and outcome.silent is silent


@pytest.mark.parametrize("failure", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
async def test_without_a_connection_nothing_was_bought(
    fulu: Fulu, gateway: Gateway, failure: type[Exception]
) -> None:
    gateway.answers(failure)
    with pytest.raises(NotSent):
        await fulu.submit(purchase())


UNSENDABLE = [
    (purchase("shipment"), "kind_unsupported", "offer"),
    (
        Purchase(KEY, "1", "key", 1, cny(1).model_copy(update={"currency": "USD"})),
        "currency_mismatch",
        "offer",
    ),
    (Purchase(KEY, "1", "recharge", 1, cny(1)), "account_missing", "request"),
    (purchase("recharge", options={"method": "mobile"}), "charge_value_missing", "offer"),
    (
        purchase("recharge", 2, options={"method": "mobile", "charge_value": "30"}),
        "quantity_unsupported",
        "offer",
    ),
]


@pytest.mark.parametrize(("bought", "code", "scope"), UNSENDABLE)
async def test_what_cannot_be_bought_here_is_not_sent(
    fulu: Fulu, gateway: Gateway, bought: Purchase, code: str, scope: str
) -> None:
    outcome = (await fulu.submit(bought)).outcome
    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.scope) == (code, scope)
    assert gateway.bodies == []


@pytest.mark.parametrize(
    ("code", "text", "refusal"),
    [
        (2106, "余额不足", ActionRequired("balance", "2106", Said(text="余额不足"))),
        (2002, "签名错误", ActionRequired("credentials", "2002", Said(text="签名错误"))),
        (2002, "timestamp 已过期", ActionRequired("clock", "2002", Said(text="timestamp 已过期"))),
        (
            2001,
            "charge_phone 必须是手机号",
            Rejected("2001", Said(text="charge_phone 必须是手机号"), "request", wrong_account=True),
        ),
        (2105, "订单号重复", None),
        (9999, "?", None),
    ],
)
async def test_an_unlisted_refusal_decides_nothing_and_keeps_the_cause_that_it_names(
    fulu: Fulu, gateway: Gateway, code: int, text: str, refusal: Rejected | ActionRequired | None
) -> None:
    gateway.answers(refused(code, text))
    outcome = (await fulu.submit(purchase())).outcome
    assert isinstance(outcome, Uncertain) and not outcome.silent
    assert outcome.refusal == refusal


@pytest.mark.parametrize(
    ("text", "what"), [("签名错误", "credentials"), ("timestamp 已过期", "clock"), ("系统繁忙", None)]
)
async def test_a_question_that_is_turned_away_says_for_what(
    fulu: Fulu, gateway: Gateway, text: str, what: str | None
) -> None:
    gateway.answers(refused(2002, text))
    outcome = (await fulu.query(purchase())).outcome
    assert isinstance(outcome, Uncertain)
    assert (outcome.refusal.what if isinstance(outcome.refusal, ActionRequired) else None) == what
