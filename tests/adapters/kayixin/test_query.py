"""What each status and each count of cards in `order/getDetail` means."""

from datetime import timedelta

import httpx
import pytest

from adapters.kayixin.adapter import Kayixin
from adapters.supplier import NotSent
from domain.notes.general import Said
from domain.notes.note import Note
from domain.notes.supply.exchanges import (
    AllVoided,
    AnotherOrder,
    FieldUnusable,
    HttpStatus,
    NoAnswer,
    NotJson,
    QueryRefused,
    RechargeRefunded,
    UndocumentedStatus,
    WithdrawnOrRefunded,
)
from domain.notes.supply.goods import CardBlank, CardsForRecharge, NoLinkInCard, UsableForBought
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
from domain.supply.purchase import BenefitKind, Purchase
from tests.adapters.kayixin.site import Answer, Site, card, order, refused
from tests.adapters.support import ACCOUNT, KEY, cny, purchase

PAID = Receipt("S1", cny(1500))
FREE = Receipt("S1", cny(0))


def back(amount: int) -> Receipt:
    """The receipt of an order of which so much was paid back."""
    return Receipt("S1", cny(1500), credited=cny(amount))


UNIT_1 = IssuedUnit(number="C1", password="P1", supplier_card="9001")
UNIT_2 = IssuedUnit(number="C2", password="P2", supplier_card="9002")
VOIDED = AllVoided()
PENDING = Pending(timedelta(seconds=3), PAID)
ONE, TWO, RECHARGE = purchase(), purchase(quantity=2), purchase("recharge", 2)

STATUSES: list[tuple[Purchase, dict[str, object], QueryOutcome]] = [
    *[(ONE, order(status), PENDING) for status in (0, 1, 2, 7, 8)],
    (ONE, order(2, card(1, 0)), PENDING),
    # done
    (ONE, order(3, card(1, 0)), Delivered((UNIT_1,), PAID)),
    (ONE, order(3, card(1, 1)), Delivered((UNIT_1,), PAID)),
    (ONE, order(3, card(1, 3)), Delivered((UNIT_1,), PAID)),
    (ONE, order(3, card(1)), Delivered((UNIT_1,), PAID)),
    (TWO, order(3, card(1, 0), card(2, 0)), Delivered((UNIT_1, UNIT_2), PAID)),
    (TWO, order(3, card(1, 0)), PartlyDelivered((UNIT_1,), PAID)),
    (TWO, order(3, card(1, 0), card(2, 2)), PartlyDelivered((UNIT_1,), PAID)),
    (TWO, order(3, card(1, 4), card(2, 0)), PartlyDelivered((UNIT_2,), PAID)),
    (ONE, order(3, card(1, 2), card(2, 0)), Delivered((UNIT_2,), PAID)),
    (ONE, order(3), Uncertain(UsableForBought(cards=0, bought=1), PAID)),
    # all voided, whatever the supplier keeps; not while a card is voiding, or not listed
    (ONE, order(3, card(1, 2)), Rejected("all_voided", VOIDED, "offer", receipt=PAID)),
    (
        TWO,
        order(3, card(1, 2), card(2, 2), retMoney=14.5),
        Rejected("all_voided", VOIDED, "offer", receipt=back(1450)),
    ),
    (ONE, order(3, card(1, 4)), Uncertain(UsableForBought(cards=0, bought=1), PAID)),
    (TWO, order(3, card(1, 2)), Uncertain(UsableForBought(cards=0, bought=2), PAID)),
    (ONE, order(9, card(1, 2)), PENDING),
    (ONE, order(3, card(1, 0), card(2, 0)), Uncertain(UsableForBought(cards=2, bought=1), PAID)),
    (RECHARGE, order(3), Delivered((IssuedUnit(), IssuedUnit()), PAID)),
    (RECHARGE, order(3, card(1, 0)), Uncertain(CardsForRecharge(cards=1), PAID)),
    # refund in progress: done, as long as nothing is missing
    (ONE, order(9, card(1, 0)), Delivered((UNIT_1,), PAID)),
    (TWO, order(9, card(1, 0), card(2, 4)), PENDING),
    (RECHARGE, order(9), Delivered((IssuedUnit(), IssuedUnit()), PAID)),
    # withdrawn
    (ONE, order(4, result="已撤单"), Rejected("status_4", Said(text="已撤单"), "offer", receipt=back(1500))),
    (
        RECHARGE,
        order(4, result=f"号码{ACCOUNT}是空号"),
        Rejected("status_4", Said(text="号码***是空号"), "offer", receipt=back(1500)),
    ),
    (
        ONE,
        order(4, result="库存不足"),
        Rejected("status_4", Said(text="库存不足"), "offer", out_of_stock=True, receipt=back(1500)),
    ),
    # refunded: the amounts tell
    (
        ONE,
        order(5, card(1, 2), retMoney="15.00"),
        Rejected("status_5", WithdrawnOrRefunded(), "offer", receipt=back(1500)),
    ),
    (
        RECHARGE,
        order(5, retMoney=15, result="已退款"),
        Rejected("status_5", Said(text="已退款"), "offer", receipt=back(1500)),
    ),
    (
        TWO,
        order(5, card(1, 0), card(2, 2), retMoney=7.5),
        PartlyDelivered((UNIT_1,), back(750)),
    ),
    (ONE, order(5, card(1, 0), retMoney=0), Delivered((UNIT_1,), PAID)),
    (
        TWO,
        order(5, card(1, 2), card(2, 2), retMoney=14.99),
        Rejected("all_voided", VOIDED, "offer", receipt=back(1499)),
    ),
    (ONE, order(5, retMoney=None), Uncertain(UsableForBought(cards=0, bought=1), PAID)),
    (
        ONE,
        order(5, money=None, retMoney=15),
        Uncertain(UsableForBought(cards=0, bought=1), Receipt("S1")),
    ),
    (ONE, order(5, money=0), Uncertain(UsableForBought(cards=0, bought=1), FREE)),
    (
        RECHARGE,
        order(5, retMoney=5),
        Uncertain(RechargeRefunded(), back(500)),
    ),
    (RECHARGE, order(5, retMoney=7.5), PartlyDelivered((IssuedUnit(),), back(750))),
    # undocumented
    (ONE, order(6, card(1, 0)), Uncertain(UndocumentedStatus(status="6"), PAID)),
    (ONE, order(-1), Uncertain(UndocumentedStatus(status="-1"), PAID)),
]


@pytest.mark.parametrize(("bought", "answer", "outcome"), STATUSES)
async def test_statuses(
    kayixin: Kayixin, site: Site, bought: Purchase, answer: Answer, outcome: QueryOutcome
) -> None:
    site.on("order/getDetail", answer)
    assert (await kayixin.query(bought)).outcome == outcome
    assert site.asked == [("order/getDetail", {"outerNumber": KEY})]


VARIED_TYPES = [
    order(
        "3", {"cardId": "9001", "cardNo": "C1", "cardPwd": "P1", "status": "0"}, money="15.00", retMoney="0"
    ),
    order(3, card(1, 0), money="15", retMoney=None, unheardOf={"x": 1}),
    order(3, card(1, 0), money=15, outerNumber=None),
    order(3, card(1, 0), money=15.000),
]


@pytest.mark.parametrize("answer", VARIED_TYPES)
async def test_types_that_the_vendor_varies(kayixin: Kayixin, site: Site, answer: Answer) -> None:
    site.on("order/getDetail", answer)
    assert (await kayixin.query(ONE)).outcome == Delivered((UNIT_1,), PAID)


async def test_a_charge_below_a_cent_is_rounded_up(kayixin: Kayixin, site: Site) -> None:
    site.on("order/getDetail", order(3, card(1, 0), money=9.955))
    assert (await kayixin.query(ONE)).outcome == Delivered((UNIT_1,), Receipt("S1", cny(996)))


FOREIGN = [
    (ONE, order(3, card(1, 0), outerNumber="another")),
    (ONE, order(4, outerNumber=KEY.upper())),
    (purchase(supplier_order="S0"), order(3, card(1, 0))),
]


@pytest.mark.parametrize(("bought", "answer"), FOREIGN)
async def test_another_order_is_never_taken_for_ours(
    kayixin: Kayixin, site: Site, bought: Purchase, answer: Answer
) -> None:
    site.on("order/getDetail", answer)
    assert (await kayixin.query(bought)).outcome == Uncertain(AnotherOrder())


REFUSED: list[tuple[Answer, QueryOutcome]] = [
    (refused("订单不存在", 1002), UnknownOrder()),
    (refused("未找到该订单", 404), UnknownOrder()),
    (refused("order not found", 404), UnknownOrder()),
    (refused("商户不存在", 1004), Uncertain(QueryRefused(answer="1004", text="商户不存在"))),
    (refused("签名错误", 1004), Uncertain(QueryRefused(answer="1004", text="签名错误"))),
    (refused("系统繁忙", 500), Uncertain(QueryRefused(answer="500", text="系统繁忙"))),
    (refused("Not Found", 404), Uncertain(QueryRefused(answer="404", text="Not Found"))),
    (httpx.Response(200, json={"code": 1}), Uncertain(QueryRefused(answer="1", text=""))),
    (httpx.Response(404, json=refused("订单不存在")), Uncertain(HttpStatus(status=404))),
    (httpx.Response(200, text="not json"), Uncertain(NotJson())),
    (
        order("done", card(1, 0)),
        Uncertain(FieldUnusable(field="status"), Receipt("S1", cny(1500))),
    ),
    (
        order(3, card(1, 0), money="a lot"),
        Uncertain(FieldUnusable(field="money"), Receipt("S1")),
    ),
    (httpx.ReadTimeout, Uncertain(NoAnswer(error="ReadTimeout"))),
]


NOT_USABLE: list[tuple[BenefitKind, Answer, Note, Receipt, bool]] = [
    ("key", order(3, {"cardId": 9001, "cardNo": " "}), CardBlank(), PAID, False),
    ("link", order(3, card(1, 0)), NoLinkInCard(), PAID, False),
    ("recharge", order(3, card(1, 0)), CardsForRecharge(cards=1), PAID, False),
    ("key", order(3, card(1, 0), retMoney=[]), FieldUnusable(field="retMoney"), PAID, False),
    (
        "key",
        order("done", card(1, 0), outerNumber="another"),
        FieldUnusable(field="status"),
        Receipt(),
        False,
    ),
    ("key", httpx.Response(200, json=[]), FieldUnusable(field="data"), Receipt(), True),
    ("key", httpx.Response(502), HttpStatus(status=502), Receipt(), True),
]


@pytest.mark.parametrize(("kind", "answer", "why", "receipt", "silent"), NOT_USABLE)
async def test_what_cannot_be_used_keeps_its_receipt_and_is_silence_only_when_nothing_was_answered(
    kayixin: Kayixin, site: Site, kind: BenefitKind, answer: Answer, why: Note, receipt: Receipt, silent: bool
) -> None:
    site.on("order/getDetail", answer)
    outcome = (await kayixin.query(purchase(kind))).outcome
    assert isinstance(outcome, Uncertain)
    assert (outcome.why, outcome.receipt, outcome.silent) == (why, receipt, silent)


@pytest.mark.parametrize(("answer", "outcome"), REFUSED)
async def test_a_query_without_an_order(
    kayixin: Kayixin, site: Site, answer: Answer, outcome: QueryOutcome
) -> None:
    site.on("order/getDetail", answer)
    assert (await kayixin.query(ONE)).outcome == outcome


UNSTORABLE = [
    b'{"code":1000,"data":{"orderNumber":"S\\u00001","status":3,"cards":[{"cardId":"9\\ud800","cardNo":"C\\u0000"}]}}',
    b'{"code":1000,"data":{"orderNumber":"S\\udfff1","status":3,"cards":[{"cardId":"9\\udc00","cardNo":"C\\ud83d"}]}}',
]


@pytest.mark.parametrize("body", UNSTORABLE)
async def test_what_the_book_cannot_store_is_replaced(kayixin: Kayixin, site: Site, body: bytes) -> None:
    site.on("order/getDetail", httpx.Response(200, content=body))
    unit = IssuedUnit(number="C\ufffd", supplier_card="9\ufffd")
    assert (await kayixin.query(ONE)).outcome == Delivered((unit,), Receipt("S\ufffd1"))


async def test_a_message_that_the_book_cannot_store_is_replaced(kayixin: Kayixin, site: Site) -> None:
    site.on("order/getDetail", httpx.Response(200, content=b'{"code":5,"msg":"a\\u0000b\\ud800"}'))
    assert (await kayixin.query(ONE)).outcome == Uncertain(QueryRefused(answer="5", text="a�b�"))


async def test_a_supplier_that_cannot_be_reached(kayixin: Kayixin, site: Site) -> None:
    site.on("order/getDetail", httpx.ConnectError)
    with pytest.raises(NotSent):
        await kayixin.query(ONE)


def test_capabilities(kayixin: Kayixin) -> None:
    assert kayixin.capabilities == Capabilities(
        "refuse", True, True, timedelta(minutes=2), (timedelta(days=1), timedelta(days=7))
    )
