"""What each state and each card in `fulu.order.info.get` means."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from adapters.fulu.adapter import Fulu
from adapters.supplier import NotSent
from domain.notes.note import Note
from domain.notes.supply.exchanges import (
    AnotherOrder,
    FieldUnusable,
    HttpStatus,
    NoAnswer,
    OrderFailed,
    QueryRefused,
    SignatureWrong,
    UndocumentedStatus,
)
from domain.notes.supply.goods import (
    CardBlank,
    CardsForRecharge,
    CardUnreadable,
    DeadlineUnreadable,
    NoLinkInCard,
    UsableForBought,
)
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import (
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
from domain.supply.purchase import Purchase
from tests.adapters.fulu.gateway import NO_ORDER, Answer, Gateway, card, goods, ok, order, refused
from tests.adapters.support import ACCOUNT, KEY, cny, purchase

MADE_AT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
PAID = Receipt("F1", cny(1990), MADE_AT)
SEVERAL = Receipt("F1", cny(3980), MADE_AT)
UNPRICED = Receipt("F1", None, MADE_AT)
ASKED = ("fulu.order.info.get", {"customer_order_no": KEY})
ONE, TWO, RECHARGE, LINK = purchase(), purchase(quantity=2), purchase("recharge", 2), purchase("link")
A, B = card("A1", "A2"), card("B1", "B2")
UNIT_A, UNIT_B = IssuedUnit(number="A1", password="A2"), IssuedUnit(number="B1", password="B2")

STATES: list[tuple[Purchase, dict[str, object], QueryOutcome]] = [
    (ONE, order("processing"), Pending(timedelta(seconds=2), PAID)),
    (ONE, order("untreated", A), Pending(timedelta(seconds=2), PAID)),
    (ONE, order("success", A), Delivered((UNIT_A,), PAID)),
    (TWO, order("success", A, B), Delivered((UNIT_A, UNIT_B), SEVERAL)),
    (TWO, order("success", A), PartlyDelivered((UNIT_A,), SEVERAL)),
    (ONE, order("success"), Uncertain(UsableForBought(cards=0, bought=1), PAID)),
    (ONE, order("success", cards=None), Uncertain(UsableForBought(cards=0, bought=1), PAID)),
    (ONE, order("success", A, B), Uncertain(UsableForBought(cards=2, bought=1), PAID)),
    (RECHARGE, order("success"), Delivered((IssuedUnit(), IssuedUnit()), SEVERAL)),
    (
        ONE,
        order("failed"),
        Rejected(
            "failed",
            OrderFailed(),
            "offer",
            receipt=Receipt("F1", cny(0), MADE_AT),
        ),
    ),
    (
        ONE,
        order("refunding", A),
        Uncertain(UndocumentedStatus(status="refunding"), PAID),
    ),
    (ONE, order("Success", A), Uncertain(UndocumentedStatus(status="Success"), PAID)),
    (ONE, order("", A), Uncertain(UndocumentedStatus(status=""), PAID)),
    (ONE, order("success", A, customer_order_no="x"), Uncertain(AnotherOrder())),
    (
        purchase(supplier_order="F0"),
        order("failed"),
        Uncertain(AnotherOrder()),
    ),
]


@pytest.mark.parametrize(("bought", "answer", "outcome"), STATES)
async def test_states(
    fulu: Fulu, gateway: Gateway, bought: Purchase, answer: Answer, outcome: QueryOutcome
) -> None:
    gateway.answers(answer)
    assert (await fulu.query(bought)).outcome == outcome
    assert gateway.asked[0] == ASKED


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
]


@pytest.mark.parametrize(("bought", "sent", "unit"), CARDS)
async def test_cards(
    fulu: Fulu, gateway: Gateway, bought: Purchase, sent: dict[str, object], unit: IssuedUnit
) -> None:
    gateway.answers(order("success", sent))
    assert (await fulu.query(bought)).outcome == Delivered((unit,), PAID)


@pytest.mark.parametrize(
    ("words", "shown"), [("forever", "forever"), ("长期有效", "长期有效"), ("2026-13-01", "***")]
)
async def test_a_deadline_that_cannot_be_read_is_noted_for_people(
    fulu: Fulu, gateway: Gateway, words: str, shown: str
) -> None:
    gateway.answers(order("success", card("N1", "P1", card_deadline=words)))
    note = DeadlineUnreadable(text=shown)
    assert (await fulu.query(ONE)).outcome == Delivered((IssuedUnit("N1", "P1"),), PAID, note)


async def test_a_deadline_without_a_time_is_the_end_of_that_day_in_china(
    fulu: Fulu, gateway: Gateway
) -> None:
    gateway.answers(order("success", card("N1", "P1", card_deadline="2026-12-31")))
    unit = IssuedUnit("N1", "P1", expires_at=datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC))
    assert (await fulu.query(ONE)).outcome == Delivered((unit,), PAID)


@pytest.mark.parametrize("blank", ["", " ", None])
async def test_a_number_that_is_not_there_costs_no_card(fulu: Fulu, gateway: Gateway, blank: object) -> None:
    sent = card("N1", "P1", blank, card_deadline=blank)
    gateway.answers(order("success", sent, order_price=blank, finish_time=blank))
    assert (await fulu.query(ONE)).outcome == Delivered((IssuedUnit("N1", "P1"),), NO_CHARGE)


NO_CHARGE = Receipt("F1", None, MADE_AT)
UNREADABLE: list[tuple[Purchase, dict[str, object], Note]] = [
    (ONE, card("", "") | {"card_pwd": "cGxhaW4="}, CardUnreadable()),
    (ONE, card("", "") | {"card_number": "PLAIN-KEY"}, CardUnreadable()),
    (ONE, card("", ""), CardBlank()),
    (ONE, card(" ", " "), CardBlank()),
    (LINK, card("N1", "P1", 2), NoLinkInCard()),
    (ONE, {"card_type": "short"}, FieldUnusable(field="cards.0.card_type")),
]


@pytest.mark.parametrize(("bought", "sent", "why"), UNREADABLE)
async def test_a_card_that_cannot_be_read_is_uncertain(
    fulu: Fulu, gateway: Gateway, bought: Purchase, sent: dict[str, object], why: Note
) -> None:
    gateway.answers(order("success", sent))
    outcome = (await fulu.query(bought)).outcome
    assert outcome == Uncertain(why, PAID)
    assert isinstance(outcome, Uncertain) and not outcome.silent


NOT_USABLE: list[tuple[Purchase, Answer, Note, Receipt, bool]] = [
    (ONE, order("success", A, order_price="free"), FieldUnusable(field="order_price"), NO_CHARGE, False),
    (ONE, order(None, A), FieldUnusable(field="order_state"), PAID, False),
    (
        ONE,
        order("success", card("", ""), customer_order_no="x", order_state=None),
        FieldUnusable(field="order_state"),
        Receipt(),
        False,
    ),
    (TWO, order("success", A, card("", "")), CardBlank(), SEVERAL, False),
    (RECHARGE, order("success", A), CardsForRecharge(cards=1), SEVERAL, False),
    (ONE, ok([]), FieldUnusable(field="data"), Receipt(), False),
    (ONE, order("success", A) | {"sign": "0" * 32}, SignatureWrong(), Receipt(), True),
    (ONE, httpx.Response(502), HttpStatus(status=502), Receipt(), True),
]


@pytest.mark.parametrize(("bought", "answer", "why", "receipt", "silent"), NOT_USABLE)
async def test_what_cannot_be_used_keeps_its_receipt_and_is_silence_only_when_nothing_verified_came(
    fulu: Fulu, gateway: Gateway, bought: Purchase, answer: Answer, why: Note, receipt: Receipt, silent: bool
) -> None:
    gateway.sells(goods())
    gateway.answers(answer)
    outcome = (await fulu.query(bought)).outcome
    assert isinstance(outcome, Uncertain)
    assert (outcome.why, outcome.receipt, outcome.silent) == (why, receipt, silent)


TOTALS: list[tuple[dict[str, object], Answer, Receipt]] = [
    (order("success", A, B), goods(), SEVERAL),
    (order("success", A, B, order_price=39.8), goods(), SEVERAL),
    (order("success", A, B, order_price="39.8000"), goods(purchase_price="19.900"), SEVERAL),
    (order("success", A, B, order_price=39.81), goods(), UNPRICED),
    (order("success", A, B, order_price=None), goods(), UNPRICED),
    # whatever is wrong with the question, the cards are delivered
    (order("success", A, B), goods(product_id=1002), UNPRICED),
    (order("success", A, B), refused(2107, "商品不存在"), UNPRICED),
    (order("success", A, B), httpx.Response(500), UNPRICED),
    (order("success", A, B), httpx.ConnectError, UNPRICED),
    (order("success", A, B), httpx.ReadTimeout, UNPRICED),
    (order("success", A, B), RuntimeError, UNPRICED),
]


@pytest.mark.parametrize(("answer", "price", "receipt"), TOTALS)
async def test_what_several_cost_is_told_by_the_price_of_one(
    fulu: Fulu, gateway: Gateway, answer: dict[str, object], price: Answer, receipt: Receipt
) -> None:
    gateway.sells(price)
    gateway.answers(answer)
    queried = await fulu.query(TWO)
    assert queried.outcome == Delivered((UNIT_A, UNIT_B), receipt)
    assert queried.exchange.request == gateway.bodies[0]


UNASKED = [
    (ONE, order("success", A)),
    (TWO, order("processing")),
    (TWO, order("failed")),
    (TWO, order("success", A, B, order_price=None)),
    (TWO, order("success", A, B, customer_order_no="x")),
    (purchase("recharge", 2, options={"method": "mobile"}), order("success")),
]


@pytest.mark.parametrize(("bought", "answer"), UNASKED)
async def test_the_price_of_one_is_asked_for_only_where_it_tells(
    fulu: Fulu, gateway: Gateway, bought: Purchase, answer: Answer
) -> None:
    gateway.answers(answer)
    await fulu.query(bought)
    assert gateway.asked == [ASKED]


async def test_a_silent_supplier_delays_a_delivery_by_a_few_seconds_at_most(
    fulu: Fulu, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(self: Fulu, talk: object, product: str) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr("adapters.fulu.adapter.LONGEST_COST_QUERY", timedelta(seconds=0.1))
    monkeypatch.setattr(Fulu, "_goods", never)
    gateway.answers(order("success", A, B))
    async with asyncio.timeout(1):
        assert (await fulu.query(TWO)).outcome == Delivered((UNIT_A, UNIT_B), UNPRICED)


async def test_a_card_without_unstorable_characters(fulu: Fulu, gateway: Gateway) -> None:
    gateway.answers(order("success", card("N\x001", "P"), order_id="F\x001"))
    delivered = (await fulu.query(ONE)).outcome
    assert isinstance(delivered, Delivered)
    assert delivered.units == (IssuedUnit(number="N\ufffd1", password="P"),)
    assert delivered.receipt.supplier_order == "F\ufffd1"


async def test_times_and_prices_of_a_finished_order(fulu: Fulu, gateway: Gateway) -> None:
    gateway.answers(order("success", A, finish_time="2026-11-23 16:30:05", order_price="19.9001"))
    finished_at = datetime(2026, 11, 23, 8, 30, 5, tzinfo=UTC)
    assert (await fulu.query(ONE)).outcome == Delivered((UNIT_A,), Receipt("F1", cny(1991), finished_at))


WITHOUT_AN_ORDER: list[tuple[Answer, QueryOutcome]] = [
    (NO_ORDER, UnknownOrder()),
    (refused(1, "该订单不存在"), UnknownOrder()),
    (refused(2107, "商品不存在"), Uncertain(QueryRefused(answer="2107", text="商品不存在"))),
    (refused(2002, "app_key 不存在"), Uncertain(QueryRefused(answer="2002", text="app_key 不存在"))),
    (refused(3001, f"{ACCOUNT} 失败"), Uncertain(QueryRefused(answer="3001", text="*** 失败"))),
    (refused(9), Uncertain(QueryRefused(answer="9", text=""))),
    (httpx.Response(503), Uncertain(HttpStatus(status=503))),
    (httpx.ReadTimeout, Uncertain(NoAnswer(error="ReadTimeout"))),
    (ok([]), Uncertain(FieldUnusable(field="data"))),
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
