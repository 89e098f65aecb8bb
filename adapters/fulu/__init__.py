"""Fulu open platform v2 (福禄开放平台): cards, links and recharges, accepted now and delivered later.

Sources: the vendor's parameter tables and SDKs, as restated in our supplier notes, section 2. No error table
is published, and nothing can be given back.
"""

from adapters.fulu.adapter import Fulu
from adapters.fulu.config import FuluConfig
from adapters.fulu.offers import terms
from adapters.own_stock import OwnStock
from adapters.protocol import SupplierProtocol
from adapters.supplier import Supplier

__all__ = ["PROTOCOL"]


def _build(name: str, config: FuluConfig, stock: OwnStock) -> Supplier:
    return Fulu(config)


PROTOCOL = SupplierProtocol(name="fulu", config=FuluConfig, build=_build, terms=terms)
