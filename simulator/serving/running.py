"""Handles on running simulators: where they listen, and what is behind them."""

import socket
from dataclasses import dataclass

from simulator.faults.plan import FaultPlan
from simulator.shop.counter import Shop
from simulator.shop.ledger import Ledger
from simulator.shop.products import Product

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class RunningSupplier:
    """One supplier's server and what is behind it. `url` is the client's base URL."""

    shop: Shop
    listener: socket.socket
    path: str = ""

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    @property
    def origin(self) -> str:
        """Where the `/_admin` paths are."""
        return f"http://{HOST}:{self.port}"

    @property
    def url(self) -> str:
        return self.origin + self.path

    @property
    def ledger(self) -> Ledger:
        return self.shop.ledger

    @property
    def products(self) -> dict[str, Product]:
        return self.shop.products

    @property
    def app_id(self) -> str:
        return self.shop.config.app_id

    @property
    def secret(self) -> str:
        return self.shop.config.secret

    def use_faults(self, plan: FaultPlan) -> None:
        self.shop.faults.use(plan)

    def down_for(self, seconds: float) -> None:
        """Every call is reset for so long, and no callback is sent; 0 ends it."""
        self.shop.faults.down_for(seconds)

    def report_to(self, url: str) -> None:
        """Fulu: the address of this account's callbacks from now on."""
        self.shop.callback_url = url


@dataclass(frozen=True, slots=True)
class Simulators:
    """Both suppliers, listening."""

    kayixin: RunningSupplier
    fulu: RunningSupplier

    def stop_faults(self) -> None:
        """End all faults at both, also being down."""
        for supplier in (self.kayixin, self.fulu):
            supplier.shop.faults.stop()
