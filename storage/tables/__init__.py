"""The tables of the book.

What a row may say is guarded by the database itself: one order per number, one unresolved attempt per
delivery, one delivery per single-use credential, one event per sequence number.
"""

from storage.tables.base import Table
from storage.tables.catalogue import BundleVersion, CatalogueVersion
from storage.tables.deliveries import Attempt, Credential, CredentialSecret, Delivery, ExchangeRow, Refund
from storage.tables.orders import (
    ActRow,
    CaseRow,
    DataKey,
    Event,
    GateRow,
    Order,
    OrderEventRow,
    RecipientRow,
    StuckRun,
)
from storage.tables.supply import Callback, ConnectionHealth, Mark, PoolKey, PoolSecret

__all__ = [
    "ActRow",
    "Attempt",
    "BundleVersion",
    "Callback",
    "CaseRow",
    "CatalogueVersion",
    "ConnectionHealth",
    "Credential",
    "CredentialSecret",
    "DataKey",
    "Delivery",
    "Event",
    "ExchangeRow",
    "GateRow",
    "Mark",
    "Order",
    "OrderEventRow",
    "PoolKey",
    "PoolSecret",
    "RecipientRow",
    "Refund",
    "StuckRun",
    "Table",
]
