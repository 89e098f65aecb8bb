"""Kayixin's price and stock."""

import httpx
import pytest

from adapters.kayixin.adapter import Kayixin
from adapters.supplier import StockLevel, SupplierError
from tests.adapters.kayixin.site import Answer, Site, ok, refused
from tests.adapters.support import cny


def goods(**changed: object) -> dict[str, object]:
    fields = {"goodsId": 1001, "salesPrice": 15.0, "status": 1, "minQuantity": 1, "stockCount": 40}
    return ok({**fields, **changed})


LEVELS: list[tuple[dict[str, object], StockLevel]] = [
    (goods(), StockLevel("1001", cny(1500), "in_stock", 40)),
    (goods(salesPrice="9.955", stockCount="1"), StockLevel("1001", cny(996), "in_stock", 1)),
    (goods(stockCount=0), StockLevel("1001", cny(1500), "out_of_stock", 0)),
    (goods(stockCount=4, minQuantity=5), StockLevel("1001", cny(1500), "out_of_stock", 4)),
    (goods(stockCount=None), StockLevel("1001", cny(1500), "in_stock", None)),
    (goods(status=2), StockLevel("1001", cny(1500), "off_sale", 40)),
    (goods(status=3, stockCount=0), StockLevel("1001", cny(1500), "off_sale", 0)),
]


@pytest.mark.parametrize(("answer", "level"), LEVELS)
async def test_levels(kayixin: Kayixin, site: Site, answer: Answer, level: StockLevel) -> None:
    site.on("goods/getDetail", answer)
    assert await kayixin.stock("1001") == level
    assert site.asked == [("goods/getDetail", {"goodsId": 1001})]


ERRORS: list[tuple[Answer, str]] = [
    (refused("商品不存在"), "goods/getDetail got code 1001"),
    (goods(goodsId=1002), "goods/getDetail answered about another product"),
    (goods(salesPrice=None), "goods/getDetail: the answer's salesPrice is missing or of the wrong type"),
    (httpx.Response(502), "goods/getDetail: HTTP 502"),
    (httpx.ReadTimeout, "goods/getDetail: no answer from the supplier (ReadTimeout)"),
    (httpx.ConnectError, "goods/getDetail: no connection to the supplier (ConnectError)"),
]


@pytest.mark.parametrize(("answer", "text"), ERRORS)
async def test_errors(kayixin: Kayixin, site: Site, answer: Answer, text: str) -> None:
    site.on("goods/getDetail", answer)
    with pytest.raises(SupplierError) as raised:
        await kayixin.stock("1001")
    assert str(raised.value) == text
