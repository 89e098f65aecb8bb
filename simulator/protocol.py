"""What the folder of a simulated supplier exports, as `SIMULATOR`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.routing import Route

from simulator.callbacks.notices import Notices
from simulator.shop.account import Account, Vendor
from simulator.shop.shop import Shop


class Api(Protocol):
    """A vendor's protocol in front of one shop."""

    def routes(self) -> Sequence[Route]: ...


@dataclass(frozen=True)
class Simulator:
    """A supplier as this machine plays it.

    `account` is the customer who has no other; `account_id` what the vendor calls its number. `path` follows
    the server's origin in the base URL of clients.
    """

    vendor: Vendor
    account: Account
    api: Callable[[Shop], Api]
    notices: Callable[[Shop], Notices]
    account_id: str = "app_id"
    path: str = ""

    @property
    def name(self) -> str:
        """The same as the protocol's that clients speak."""
        return self.vendor.name
