"""Fulu takes no cost ceiling, so the price is read before anything is bought."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from adapters.fulu.adapter import Fulu
from adapters.supplier import NotSent
from domain.fulfilment.holds import HoldReason
from domain.fulfilment.steps import hold_reason
from domain.notes.note import Note
from domain.notes.supply.exchanges import (
    AnotherProduct,
    CallUnusable,
    FieldUnusable,
    HttpStatus,
    NoAnswer,
    NoConnectionTo,
    NotJson,
    NotSigned,
    RefusedWhenSentAgain,
    SignatureWrong,
)
from domain.notes.supply.goods import AboveCeiling, ListedAs, PriceRefused, PriceUnreadable
from domain.supply.outcomes import ActionRequired, Pending, Rejected, Uncertain
from domain.supply.purchase import Purchase
from tests.adapters.fulu.gateway import PRICE, Answer, Gateway, goods, ok, order, refused
from tests.adapters.support import ACCOUNT, purchase

READ = (PRICE, {"product_id": 1001})

WITHIN: list[tuple[Purchase, Answer]] = [
    (purchase(max_cost=1990), goods()),
    (purchase("link", max_cost=1990), goods()),
    (purchase("recharge", max_cost=1990), goods()),
    (purchase(quantity=3, max_cost=5970), goods()),
    (purchase(max_cost=1990), goods(purchase_price="19.9000")),
    (purchase(max_cost=1990), goods(stock="警报")),
    # 100 pieces at 19.8999 yuan are 1989.99 yuan, although one alone costs 19.90
    (purchase(quantity=100, max_cost=198999), goods(purchase_price="19.8999")),
    # words that the vendor's table does not list leave the price readable; the create decides
    (purchase(), goods(sales="预售")),
    (purchase(), goods(stock="?")),
]


@pytest.mark.parametrize(("bought", "answer"), WITHIN)
async def test_within_the_ceiling_it_is_bought(
    fulu: Fulu, gateway: Gateway, bought: Purchase, answer: Answer
) -> None:
    gateway.sells(answer)
    gateway.answers(order("untreated"))
    assert isinstance((await fulu.submit(bought)).outcome, Pending)
    assert gateway.asked[0] == READ
    assert len(gateway.asked) == 2


ABOVE: list[tuple[Purchase, Answer, Note]] = [
    (purchase(max_cost=1989), goods(), AboveCeiling(total="19.90 CNY", quantity=1, ceiling="19.89 CNY")),
    (purchase("link", max_cost=1), goods(), AboveCeiling(total="19.90 CNY", quantity=1, ceiling="0.01 CNY")),
    (purchase("recharge", 2), goods(), AboveCeiling(total="39.80 CNY", quantity=2, ceiling="19.99 CNY")),
    (
        purchase(max_cost=1990),
        goods(purchase_price="19.9001"),
        AboveCeiling(total="19.91 CNY", quantity=1, ceiling="19.90 CNY"),
    ),
]


@pytest.mark.parametrize(("bought", "answer", "message"), ABOVE)
async def test_above_the_ceiling_nothing_is_bought(
    fulu: Fulu, gateway: Gateway, bought: Purchase, answer: Answer, message: Note
) -> None:
    gateway.sells(answer)
    submitted = await fulu.submit(bought)
    assert submitted.outcome == Rejected("over_ceiling", message, "offer", over_ceiling=True)
    assert hold_reason(submitted.outcome) is HoldReason.MARGIN_GUARD
    assert gateway.asked == [READ]
    assert submitted.exchange.request == gateway.bodies[0]
    assert "19.9" in json.loads(submitted.exchange.response)["result"]


NOT_FOR_SALE: list[tuple[dict[str, object], Rejected]] = [
    (goods(sales="下架"), Rejected("off_sale", ListedAs(word="下架"), "offer")),
    (
        goods(sales="维护中", stock="断货"),
        Rejected("off_sale", ListedAs(word="维护中"), "offer"),
    ),
    (
        goods(stock="断货"),
        Rejected("out_of_stock", ListedAs(word="断货"), "offer", out_of_stock=True),
    ),
    (
        goods(sales="库存维护", purchase_price=1000),
        Rejected("out_of_stock", ListedAs(word="库存维护"), "offer", out_of_stock=True),
    ),
]


@pytest.mark.parametrize(("answer", "outcome"), NOT_FOR_SALE)
async def test_what_is_not_for_sale_is_not_bought(
    fulu: Fulu, gateway: Gateway, answer: Answer, outcome: Rejected
) -> None:
    gateway.sells(answer)
    assert (await fulu.submit(purchase())).outcome == outcome
    assert gateway.asked == [READ]


UNREADABLE: list[tuple[Answer, Note]] = [
    (httpx.ConnectError, NoConnectionTo(error="ConnectError")),
    (httpx.ReadTimeout, NoAnswer(error="ReadTimeout")),
    (httpx.WriteError, NoAnswer(error="WriteError")),
    (httpx.Response(500), HttpStatus(status=500)),
    (httpx.Response(200, text="<html>"), NotJson()),
    ({**goods(), "sign": "0" * 32}, SignatureWrong()),
    ({**goods(), "sign": None}, NotSigned()),
]


@pytest.mark.parametrize(("answer", "why"), UNREADABLE)
async def test_without_an_answer_about_the_price_nothing_of_the_purchase_is_sent(
    fulu: Fulu, gateway: Gateway, answer: Answer, why: Note
) -> None:
    gateway.sells(answer)
    with pytest.raises(NotSent) as raised:
        await fulu.submit(purchase())
    assert raised.value.why == PriceUnreadable(call="fulu.goods.info.get", why=why)
    assert gateway.asked == [READ]


async def test_too_many_questions_about_prices_is_an_answer_after_which_to_wait(
    fulu: Fulu, gateway: Gateway
) -> None:
    gateway.sells(httpx.Response(429, headers={"Retry-After": "7"}))
    with pytest.raises(NotSent) as raised:
        await fulu.submit(purchase())
    assert (raised.value.answered, raised.value.after) == (True, timedelta(seconds=7))
    gateway.sells(httpx.Response(503, headers={"Retry-After": "8"}))
    with pytest.raises(NotSent) as raised:
        await fulu.submit(purchase())
    assert (raised.value.answered, raised.value.after) == (False, timedelta(seconds=8))


NO_PRICE = FieldUnusable(field="purchase_price")
REFUSED: list[tuple[Answer, Rejected | ActionRequired]] = [
    (refused(2107, "商品不存在"), Rejected("2107", PriceRefused(text="商品不存在"), "offer")),
    (refused(9, f"{ACCOUNT}0"), Rejected("9", PriceRefused(text="***"), "offer")),
    (
        refused(3001, "库存不足"),
        Rejected("3001", PriceRefused(text="库存不足"), "offer", out_of_stock=True),
    ),
    (refused(2001, "签名错误"), ActionRequired("credentials", "2001", PriceRefused(text="签名错误"))),
    (refused(500, "系统繁忙"), Rejected("500", PriceRefused(text="系统繁忙"), "supplier")),
    (
        goods(product_id=1002),
        Rejected("no_price", AnotherProduct(call="fulu.goods.info.get"), "offer"),
    ),
    (
        ok([]),
        Rejected(
            "no_price",
            CallUnusable(call="fulu.goods.info.get", why=FieldUnusable(field="data")),
            "offer",
        ),
    ),
    (
        goods(purchase_price=None),
        Rejected("no_price", CallUnusable(call="fulu.goods.info.get", why=NO_PRICE), "offer"),
    ),
    (
        goods(purchase_price="面议"),
        Rejected("no_price", CallUnusable(call="fulu.goods.info.get", why=NO_PRICE), "offer"),
    ),
]


@pytest.mark.parametrize(("answer", "outcome"), REFUSED)
async def test_an_answer_without_a_price_refuses_the_product_and_not_the_connection(
    fulu: Fulu, gateway: Gateway, answer: Answer, outcome: Rejected | ActionRequired
) -> None:
    gateway.sells(answer)
    submitted = await fulu.submit(purchase())
    assert submitted.outcome == outcome
    assert submitted.exchange.request == gateway.bodies[0]
    assert gateway.asked == [READ]


async def test_a_refused_price_of_a_request_that_is_repeated_decides_nothing(
    fulu: Fulu, gateway: Gateway
) -> None:
    gateway.sells(refused(2107, "商品不存在"))
    outcome = (await fulu.submit(purchase(resubmitted=True))).outcome
    assert outcome == Uncertain(RefusedWhenSentAgain(answer="2107", why=PriceRefused(text="商品不存在")))


@pytest.mark.parametrize("failure", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
async def test_a_create_that_was_not_sent_is_not_sent_whatever_was_read_before(
    fulu: Fulu, gateway: Gateway, failure: type[Exception]
) -> None:
    gateway.answers(failure)
    with pytest.raises(NotSent, match=r"^no connection to the supplier"):
        await fulu.submit(purchase())
    assert [method for method, _ in gateway.asked] == [PRICE, "fulu.order.card.add"]


async def test_the_price_is_read_again_for_a_request_that_is_repeated(fulu: Fulu, gateway: Gateway) -> None:
    gateway.answers(httpx.ReadTimeout)
    await fulu.submit(purchase())
    gateway.sells(goods(purchase_price=20))
    outcome = (await fulu.submit(purchase())).outcome
    assert isinstance(outcome, Rejected)
    assert outcome.over_ceiling


PHONE: dict[str, Any] = {"options": {"method": "mobile", "charge_value": "50"}}


async def test_phone_credit_has_no_price_to_read(fulu: Fulu, gateway: Gateway) -> None:
    gateway.answers(order("untreated"))
    outcome = (await fulu.submit(purchase("recharge", max_cost=1, **PHONE))).outcome
    assert isinstance(outcome, Pending)
    assert [method for method, _ in gateway.asked] == ["fulu.order.mobile.add"]
