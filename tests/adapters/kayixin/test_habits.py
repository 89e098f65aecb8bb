"""Kayixin's habits: numbers that are not there, amounts with commas, and refusals in GBK."""

import json

import httpx
import pytest

from adapters.kayixin.adapter import Kayixin
from domain.notes.general import Said
from domain.notes.supply.exchanges import NeitherUtf8NorGbk, RevokedMeanwhile
from domain.notes.supply.goods import CardNotRevocable
from domain.supply.outcomes import Delivered, IssuedUnit, NotRevocable, Receipt, Rejected, Uncertain
from tests.adapters.kayixin.site import NO_ORDER, Answer, Site, card, created, ok, order, refused
from tests.adapters.support import cny, purchase

UNIT = IssuedUnit(number="C1", password="P1", supplier_card="9001")
BLANKS = ("", " ", None)


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize(
    ("field", "receipt"),
    [("money", Receipt("S1")), ("retMoney", Receipt("S1", cny(1500)))],
)
async def test_an_amount_that_is_not_there_costs_no_card(
    kayixin: Kayixin, site: Site, field: str, receipt: Receipt, blank: object
) -> None:
    site.on("order/getDetail", order(3, card(1, 0), **{field: blank}))
    assert (await kayixin.query(purchase())).outcome == Delivered((UNIT,), receipt)


@pytest.mark.parametrize("blank", BLANKS)
async def test_a_card_that_does_not_say_whether_it_can_be_voided_is_kept(
    kayixin: Kayixin, site: Site, blank: object
) -> None:
    site.on("order/getDetail", order(3, {**card(1, 0), "cancelRequest": blank}))
    revoked = (await kayixin.revoke(purchase(), (UNIT,))).outcome
    assert revoked == NotRevocable(CardNotRevocable())


@pytest.mark.parametrize("blank", BLANKS)
async def test_a_stock_that_is_not_counted_is_no_number(kayixin: Kayixin, site: Site, blank: object) -> None:
    goods = {
        "goodsId": 1001,
        "salesPrice": "1,500.00",
        "status": 1,
        "minQuantity": blank,
        "stockCount": blank,
    }
    site.on("goods/getDetail", ok(goods))
    level = await kayixin.stock("1001")
    assert (level.unit_cost, level.state, level.available) == (cny(150000), "in_stock", None)


async def test_a_charge_with_a_comma_is_read(kayixin: Kayixin, site: Site) -> None:
    site.on("order/getDetail", order(3, card(1, 0), money="1,500.00", retMoney="0.00"))
    assert (await kayixin.query(purchase())).outcome == Delivered((UNIT,), Receipt("S1", cny(150000)))


def in_gbk(answer: dict[str, object], declared: str) -> httpx.Response:
    body = json.dumps(answer, ensure_ascii=False).encode("gbk")
    return httpx.Response(200, content=body, headers={"Content-Type": declared})


@pytest.mark.parametrize(
    "declared", ["application/json", "application/json; charset=utf-8", "text/html; charset=GBK"]
)
async def test_a_refusal_in_gbk_is_understood(kayixin: Kayixin, site: Site, declared: str) -> None:
    site.on("order/create", in_gbk(refused("商品库存不足"), declared))
    site.on("order/getDetail", in_gbk(NO_ORDER, declared))
    answer = await kayixin.submit(purchase())
    assert answer.outcome == Rejected("1001", Said(text="商品库存不足"), "offer", out_of_stock=True)
    assert "商品库存不足" in answer.exchange.response


async def test_what_is_neither_utf_8_nor_gbk_is_uncertain(kayixin: Kayixin, site: Site) -> None:
    site.on("order/getDetail", httpx.Response(200, content=b'{"code":1000,"msg":"\xff\xff"}'))
    assert (await kayixin.query(purchase())).outcome == Uncertain(NeitherUtf8NorGbk())


TAKEN_BACK: list[Answer] = [
    order(5, card(1, 2), retMoney=15),
    order(5, card(1, 0), retMoney=5),
    order(4),
    order(3, card(1, 2)),
]


@pytest.mark.parametrize("answer", TAKEN_BACK)
async def test_a_success_that_its_order_no_longer_confirms_is_asked_about(
    kayixin: Kayixin, site: Site, answer: Answer
) -> None:
    site.on("order/create", created(card(1)))
    site.on("order/getDetail", answer)
    outcome = (await kayixin.submit(purchase())).outcome
    assert isinstance(outcome, Uncertain)
    assert outcome.why == RevokedMeanwhile()
    assert (outcome.receipt.supplier_order, outcome.receipt.charged, outcome.silent) == (
        "S1",
        cny(1500),
        False,
    )
