"""Kayixin API 3.0 (卡易信 商家客户 API): cards at once or later, direct recharges, voids and refunds.

Source: the vendor's pages at 7qsaa0ye9g.apifox.cn, as restated in our supplier notes, section 1.
"""

from adapters.kayixin.adapter import Kayixin
from adapters.kayixin.config import KayixinConfig
from adapters.kayixin.offers import terms
from adapters.own_stock import OwnStock
from adapters.protocol import SupplierProtocol
from adapters.supplier import Supplier

__all__ = ["PROTOCOL"]


def _build(name: str, config: KayixinConfig, stock: OwnStock) -> Supplier:
    return Kayixin(config)


PROTOCOL = SupplierProtocol(name="kayixin", config=KayixinConfig, build=_build, terms=terms)
