"""One purchase as it is put to a supplier, whichever protocol it speaks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from domain.money import Money

BenefitKind = Literal["key", "recharge", "link", "shipment"]


@dataclass(frozen=True)
class Purchase:
    """One attempt to buy. `key` is our number at the supplier: at most 32 lower-case alphanumerics.

    `account` is what a recharge goes to, with further fields (region, server, role) in `account_fields`.
    `max_cost` is the ceiling for all units together. `options` are the offer's protocol-specific settings.
    """

    key: str
    product: str
    kind: BenefitKind
    quantity: int
    max_cost: Money
    account: str | None = field(default=None, repr=False)
    account_fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    options: Mapping[str, str] = field(default_factory=dict)
    supplier_order: str | None = None
    """The supplier's own number, once known; queries may use it beside our key."""
    resubmitted: bool = False
    """Sent before under this key: then a refusal says nothing about what the first request did."""
