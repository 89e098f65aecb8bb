"""Kayixin API 3.0 (卡易信 商家客户 API): cards at once or later, direct recharges, voids and refunds.

Source: the vendor's pages at 7qsaa0ye9g.apifox.cn, as restated in our supplier notes, section 1.
"""

from adapters.kayixin.adapter import Kayixin
from adapters.kayixin.config import KayixinConfig

__all__ = ["Kayixin", "KayixinConfig"]
