"""Who sells, and to whom."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from simulator.shop.products import Product


@dataclass(frozen=True, slots=True)
class Vendor:
    """A supplier. `knows_refunds`: its protocol has words for orders that are paid back, whole or in part."""

    name: str
    knows_refunds: bool


@dataclass(frozen=True, slots=True)
class Account:
    """One customer account at a supplier.

    `callback_url` is where its orders are reported to, unless a protocol has each order name its own address;
    `ladder_scale` shortens the waits between a callback's repeats.
    """

    app_id: str
    secret: str = field(repr=False)
    products: Sequence[Product]
    opening_balance_minor: int = 1_000_000_00
    credential_prefix: str = ""
    seed: int | None = None
    callback_url: str = ""
    ladder_scale: float = 1.0
