"""Handles on running simulators: where they listen, and what is behind them."""

import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from simulator.faults.plan import FaultPlan
from simulator.protocol import Simulator
from simulator.shop.ledger import Ledger
from simulator.shop.products import Product
from simulator.shop.shop import Shop

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class RunningSupplier:
    """One supplier's server and what is behind it. `url` is the client's base URL."""

    simulator: Simulator
    shop: Shop
    listener: socket.socket

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    @property
    def origin(self) -> str:
        """Where the `/_admin` paths are."""
        return f"http://{HOST}:{self.port}"

    @property
    def url(self) -> str:
        return self.origin + self.simulator.path

    @property
    def ledger(self) -> Ledger:
        return self.shop.ledger

    @property
    def products(self) -> dict[str, Product]:
        return self.shop.products

    @property
    def app_id(self) -> str:
        return self.shop.account.app_id

    @property
    def secret(self) -> str:
        return self.shop.account.secret

    def use_faults(self, plan: FaultPlan) -> None:
        self.shop.faults.use(plan)

    def down_for(self, seconds: float) -> None:
        """Every call is reset for so long, and no callback is sent; 0 ends it."""
        self.shop.faults.down_for(seconds)

    def report_to(self, url: str) -> None:
        """The address of this account's callbacks from now on."""
        self.shop.callback_url = url


@dataclass(frozen=True, slots=True)
class Simulators(Mapping[str, RunningSupplier]):
    """Suppliers by their names, listening."""

    suppliers: Mapping[str, RunningSupplier]

    def __getitem__(self, name: str) -> RunningSupplier:
        return self.suppliers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.suppliers)

    def __len__(self) -> int:
        return len(self.suppliers)

    def stop_faults(self) -> None:
        """End all faults at all of them, also being down."""
        for supplier in self.suppliers.values():
            supplier.shop.faults.stop()
