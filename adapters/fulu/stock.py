"""Price and availability out of Fulu's `fulu.goods.info.get`, which gives states and no numbers."""

from typing import Literal

from adapters.answers.fields import cost
from adapters.fulu.messages import Goods
from adapters.supplier import StockLevel, SupplierError
from domain.notes.supply.exchanges import UndocumentedStock

State = Literal["in_stock", "low_stock", "out_of_stock", "off_sale"]

_NOT_FOR_SALE: dict[str, State] = {"下架": "off_sale", "维护中": "off_sale", "库存维护": "out_of_stock"}
_STOCK: dict[str, State] = {"断货": "out_of_stock", "警报": "low_stock", "充足": "in_stock"}


def telling_word(goods: Goods) -> tuple[str, State | None]:
    """The status that decides, and what it says; None for a word that the vendor's table does not list."""
    if goods.sales_status == "上架":
        return goods.stock_status, _STOCK.get(goods.stock_status)
    return goods.sales_status, _NOT_FOR_SALE.get(goods.sales_status)


def level(goods: Goods, product: str, currency: str) -> StockLevel:
    """Raises SupplierError for words that the vendor's table does not list."""
    _, state = telling_word(goods)
    if state is None:
        raise SupplierError(UndocumentedStock(call="fulu.goods.info.get"))
    unit_cost = cost(goods.purchase_price, currency)
    return StockLevel(product=product, unit_cost=unit_cost, state=state, available=None)
