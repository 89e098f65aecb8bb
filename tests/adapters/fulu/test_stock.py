"""Fulu's price and stock, and that nothing can be given back."""

import httpx
import pytest

from adapters.fulu.adapter import Fulu
from adapters.supplier import StockLevel, SupplierError
from domain.notes.supply.goods import NoRefundInterface
from domain.supply.outcomes import IssuedUnit, NotRevocable
from tests.adapters.fulu.gateway import PRICE, Answer, Gateway, goods, refused
from tests.adapters.support import cny, purchase

LEVELS: list[tuple[dict[str, object], str]] = [
    (goods(), "in_stock"),
    (goods(stock="警报"), "low_stock"),
    (goods(stock="断货"), "out_of_stock"),
    (goods(sales="下架"), "off_sale"),
    (goods(sales="维护中", stock="断货"), "off_sale"),
    (goods(sales="库存维护"), "out_of_stock"),
    (goods(product_id="1001", purchase_price="19.8999"), "in_stock"),
]


@pytest.mark.parametrize(("answer", "state"), LEVELS)
async def test_levels(fulu: Fulu, gateway: Gateway, answer: Answer, state: str) -> None:
    gateway.sells(answer)
    level = await fulu.stock("1001")
    assert (level.state, level.available, level.unit_cost) == (state, None, cny(1990))
    assert isinstance(level, StockLevel)
    assert gateway.asked == [(PRICE, {"product_id": 1001})]


ERRORS: list[tuple[Answer, str]] = [
    (refused(2107, "商品不存在"), "fulu.goods.info.get got code 2107"),
    (goods(product_id=1), "fulu.goods.info.get answered about another product"),
    (goods(sales="预售"), "fulu.goods.info.get answered an undocumented sales or stock status"),
    (goods(stock="?"), "fulu.goods.info.get answered an undocumented sales or stock status"),
    (httpx.Response(502), "fulu.goods.info.get: HTTP 502"),
    (httpx.ConnectError, "fulu.goods.info.get: no connection to the supplier (ConnectError)"),
]


@pytest.mark.parametrize(("answer", "text"), ERRORS)
async def test_errors(fulu: Fulu, gateway: Gateway, answer: Answer, text: str) -> None:
    gateway.sells(answer)
    with pytest.raises(SupplierError) as raised:
        await fulu.stock("1001")
    assert str(raised.value) == text


async def test_nothing_is_given_back(fulu: Fulu, gateway: Gateway) -> None:
    answer = await fulu.revoke(purchase(), (IssuedUnit(number="N"),))
    assert answer.outcome == NotRevocable(NoRefundInterface())
    assert gateway.bodies == []
