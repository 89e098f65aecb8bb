"""What each state and each card in `fulu.order.info.get` means."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from adapters.fulu import Fulu
from adapters.protocol import Capabilities, NotSent
from domain.outcomes import (
    Delivered,
    IssuedUnit,
    PartlyDelivered,
    Pending,
    QueryOutcome,
    Receipt,
    Rejected,
    Uncertain,
    UnknownOrder,
)
from domain.purchase import Purchase
from tests.adapters.fulu.gateway import NO_ORDER, Answer, Gateway, card, order, refused
from tests.adapters.support import ACCOUNT, KEY, cny, purchase

MADE_AT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
PAID = Receipt("F1", cny(1990), MADE_AT)
SEVERAL = Receipt("F1", None, MADE_AT)
ONE, TWO, RECHARGE, LINK = purchase(), purchase(quantity=2), purchase("recharge", 2), purchase("link")
A, B = card("A1", "A2"), card("B1", "B2")
UNIT_A, UNIT_B = IssuedUnit(number="A1", password="A2"), IssuedUnit(number="B1", password="B2")

STATES: list[tuple[Purchase, dict[str, object], QueryOutcome]] = [
    (ONE, order("processing"), Pending(timedelta(seconds=2), PAID)),
    (ONE, order("untreated", A), Pending(timedelta(seconds=2), PAID)),
    (ONE, order("success", A), Delivered((UNIT_A,), PAID)),
    (TWO, order("success", A, B), Delivered((UNIT_A, UNIT_B), SEVERAL)),
    (TWO, order("success", A), PartlyDelivered((UNIT_A,), SEVERAL)),
    (ONE, order("success"), Uncertain("finished with 0 usable cards for 1 bought", PAID)),
    (ONE, order("success", cards=None), Uncertain("finished with 0 usable cards for 1 bought", PAID)),
    (ONE, order("success", A, B), Uncertain("finished with 2 usable cards for 1 bought", PAID)),
    (RECHARGE, order("success"), Delivered((IssuedUnit(), IssuedUnit()), SEVERAL)),
    (
        ONE,
        order("failed"),
        Rejected(
            "failed",
            "the supplier reports that the order failed",
            "offer",
            receipt=Receipt("F1", cny(0), MADE_AT),
        ),
    ),
    (ONE, order("refunding", A), Uncertain("the order has the undocumented state refunding", PAID)),
    (ONE, order("Success", A), Uncertain("the order has the undocumented state Success", PAID)),
    (ONE, order("", A), Uncertain("the order has the undocumented state ", PAID)),
    (ONE, order("success", A, customer_order_no="x"), Uncertain("the answer is about another order")),
    (
        purchase(supplier_order="F0"),
        order("failed"),
        Uncertain("the answer is about another order"),
    ),
]


@pytest.mark.parametrize(("bought", "answer", "outcome"), STATES)
async def test_states(
    fulu: Fulu, gateway: Gateway, bought: Purchase, answer: Answer, outcome: QueryOutcome
) -> None:
    gateway.answers(answer)
    assert (await fulu.query(bought)).outcome == outcome
    assert gateway.asked == [("fulu.order.info.get", {"customer_order_no": KEY})]


URL = "https://t.cn/a"
CARDS: list[tuple[Purchase, dict[str, object], IssuedUnit]] = [
    (ONE, card(" N1 ", "P1\n"), IssuedUnit(number="N1", password="P1")),
    (ONE, card("", "P1"), IssuedUnit(password="P1")),
    (ONE, card("N1", "P1", "0"), IssuedUnit(number="N1", password="P1")),
    (ONE, card("N1", URL), IssuedUnit(number="N1", password=URL)),
    # short links
    (ONE, card(URL, "", 2), IssuedUnit(link=URL)),
    (LINK, card("", URL, 2), IssuedUnit(link=URL)),
    (LINK, card("N1", URL, 2), IssuedUnit(number="N1", link=URL)),
    (LINK, card(URL, "7788", 2), IssuedUnit(link=URL, password="7788")),
    (LINK, card(URL + "n", URL, 2), IssuedUnit(number=URL + "n", link=URL)),
    (LINK, card("", URL, 0), IssuedUnit(link=URL)),
    # QR codes
    (ONE, card("", URL, 1), IssuedUnit(link=URL)),
    (ONE, card("", "weixin-code", 1), IssuedUnit(password="weixin-code")),
    (ONE, card("weixin-code", "", 1), IssuedUnit(password="weixin-code")),
    # a deadline in China time
    (
        ONE,
        card("N1", "P1", card_deadline="2027-01-01 00:00:00"),
        IssuedUnit("N1", "P1", expires_at=datetime(2026, 12, 31, 16, tzinfo=UTC)),
    ),
    (
        ONE,
        card("", URL, 2, card_deadline="2027-01-01 08:00:00"),
        IssuedUnit(link=URL, expires_at=datetime(2027, 1, 1, tzinfo=UTC)),
    ),
    (ONE, card("N1", "P1", card_deadline="0001-01-01 00:00:00"), IssuedUnit("N1", "P1")),
    (ONE, card("N1", "P1", card_deadline="forever"), IssuedUnit("N1", "P1")),
]


@pytest.mark.parametrize(("bought", "sent", "unit"), CARDS)
async def test_cards(
    fulu: Fulu, gateway: Gateway, bought: Purchase, sent: dict[str, object], unit: IssuedUnit
) -> None:
    gateway.answers(order("success", sent))
    assert (await fulu.query(bought)).outcome == Delivered((unit,), PAID)


UNREADABLE: list[tuple[Purchase, dict[str, object], str]] = [
    (ONE, card("", "") | {"card_pwd": "cGxhaW4="}, "a card could not be decrypted"),
    (ONE, card("", "") | {"card_number": "PLAIN-KEY"}, "a card could not be decrypted"),
    (ONE, card("", ""), "a card is blank"),
    (ONE, card(" ", " "), "a card is blank"),
    (LINK, card("N1", "P1", 2), "a link was bought and a card holds no http(s) address"),
    (ONE, {"card_type": "short"}, "the answer's cards.0.card_type is missing or of the wrong type"),
]


@pytest.mark.parametrize(("bought", "sent", "why"), UNREADABLE)
async def test_a_card_that_cannot_be_read_is_uncertain(
    fulu: Fulu, gateway: Gateway, bought: Purchase, sent: dict[str, object], why: str
) -> None:
    gateway.answers(order("success", sent))
    assert (await fulu.query(bought)).outcome == Uncertain(why)


async def test_times_and_prices_of_a_finished_order(fulu: Fulu, gateway: Gateway) -> None:
    gateway.answers(order("success", A, finish_time="2026-11-23 16:30:05", order_price="19.9001"))
    finished_at = datetime(2026, 11, 23, 8, 30, 5, tzinfo=UTC)
    assert (await fulu.query(ONE)).outcome == Delivered((UNIT_A,), Receipt("F1", cny(1991), finished_at))


WITHOUT_AN_ORDER: list[tuple[Answer, QueryOutcome]] = [
    (NO_ORDER, UnknownOrder()),
    (refused(1, "该订单不存在"), UnknownOrder()),
    (refused(2107, "商品不存在"), Uncertain("the query got code 2107: 商品不存在")),
    (refused(2002, "app_key 不存在"), Uncertain("the query got code 2002: app_key 不存在")),
    (refused(3001, f"{ACCOUNT} 失败"), Uncertain("the query got code 3001: *** 失败")),
    (refused(9), Uncertain("the query got code 9: ")),
    (httpx.Response(503), Uncertain("HTTP 503")),
    (httpx.ReadTimeout, Uncertain("no answer from the supplier (ReadTimeout)")),
    ({"code": 0, "result": "[]"}, Uncertain("the answer's data is missing or of the wrong type")),
]


@pytest.mark.parametrize(("answer", "outcome"), WITHOUT_AN_ORDER)
async def test_a_query_without_an_order(
    fulu: Fulu, gateway: Gateway, answer: Answer, outcome: QueryOutcome
) -> None:
    gateway.answers(answer)
    assert (await fulu.query(RECHARGE)).outcome == outcome


async def test_a_supplier_that_cannot_be_reached(fulu: Fulu, gateway: Gateway) -> None:
    gateway.answers(httpx.ConnectError)
    with pytest.raises(NotSent):
        await fulu.query(ONE)


def test_capabilities(fulu: Fulu) -> None:
    assert fulu.capabilities == Capabilities("refuse", True, False, timedelta(minutes=2))
