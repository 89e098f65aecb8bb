"""Price and availability out of Kayixin's `goods/getDetail`."""

from adapters.answers.fields import cost
from adapters.kayixin.messages import Goods
from adapters.supplier import StockLevel, SupplierError
from domain.notes.supply.exchanges import AnotherProduct

_ON_SALE = 1


def level(goods: Goods, product: str, currency: str) -> StockLevel:
    """A product on sale with less than its smallest order is out of stock; "low" is not said by this API.

    No `stockCount` means that none is kept (direct recharges). Raises SupplierError for another product.
    """
    if goods.goods_id != product:
        raise SupplierError(AnotherProduct(call="goods/getDetail"))
    short = goods.stock_count is not None and goods.stock_count < max(1, goods.min_quantity or 1)
    return StockLevel(
        product=product,
        unit_cost=cost(goods.sales_price, currency),
        state="off_sale" if goods.status != _ON_SALE else "out_of_stock" if short else "in_stock",
        available=goods.stock_count,
    )
