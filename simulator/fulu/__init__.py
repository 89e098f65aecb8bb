"""The Fulu simulator: 福禄开放平台 v2, one gateway for every method."""

from simulator.fulu.account import ACCOUNT
from simulator.fulu.api import FuluApi
from simulator.fulu.callback import FuluNotices
from simulator.protocol import Simulator
from simulator.shop.account import Vendor

__all__ = ["SIMULATOR"]

SIMULATOR = Simulator(
    vendor=Vendor("fulu", knows_refunds=False),
    account=ACCOUNT,
    api=FuluApi,
    notices=FuluNotices,
    account_id="app_key",
    path="/api/getway",
)
