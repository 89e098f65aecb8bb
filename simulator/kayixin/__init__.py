"""The Kayixin simulator: 卡易信 商家客户 API 3.0."""

from simulator.kayixin.account import ACCOUNT
from simulator.kayixin.api import KayixinApi
from simulator.kayixin.callback import KayixinNotices
from simulator.protocol import Simulator
from simulator.shop.account import Vendor

__all__ = ["SIMULATOR"]

SIMULATOR = Simulator(
    vendor=Vendor("kayixin", knows_refunds=True),
    account=ACCOUNT,
    api=KayixinApi,
    notices=KayixinNotices,
)
