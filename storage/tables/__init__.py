"""The tables of the book.

What a row may say is guarded by the database itself: one order per number, one unresolved attempt per
delivery, one delivery per single-use credential, one event per sequence number.
"""

from storage.tables.base import Table
from storage.tables.catalogue import BundleVersion, CatalogueVersion
from storage.tables.channels import Cancellation, Channel, ChannelKey, ChannelSecret, HoldToken, OrderRequest
from storage.tables.deliveries import Attempt, Credential, CredentialSecret, Delivery, ExchangeRow, Refund
from storage.tables.feed import FeedCursor, FeedEpoch, FeedRow
from storage.tables.handing import RevealLink
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
    UnopenedOrder,
)
from storage.tables.public import PublicDelivery, PublicEvent, PublicOrder, WithheldOrder
from storage.tables.supply import (
    Callback,
    ConnectionHealth,
    KeyHolder,
    Mark,
    PoolKey,
    PoolSecret,
    SandboxConnection,
    UnsellableBundle,
)
from storage.tables.webhooks import (
    Notice,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookSecret,
    WebhookTry,
)

__all__ = [
    "ActRow",
    "Attempt",
    "BundleVersion",
    "Callback",
    "Cancellation",
    "CaseRow",
    "CatalogueVersion",
    "Channel",
    "ChannelKey",
    "ChannelSecret",
    "ConnectionHealth",
    "Credential",
    "CredentialSecret",
    "DataKey",
    "Delivery",
    "Event",
    "ExchangeRow",
    "FeedCursor",
    "FeedEpoch",
    "FeedRow",
    "GateRow",
    "HoldToken",
    "KeyHolder",
    "Mark",
    "Notice",
    "Order",
    "OrderEventRow",
    "OrderRequest",
    "PoolKey",
    "PoolSecret",
    "PublicDelivery",
    "PublicEvent",
    "PublicOrder",
    "RecipientRow",
    "Refund",
    "RevealLink",
    "SandboxConnection",
    "StuckRun",
    "Table",
    "UnopenedOrder",
    "UnsellableBundle",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookSecret",
    "WebhookTry",
    "WithheldOrder",
]
