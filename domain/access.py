"""What a channel's key may do, and how a key is written."""

import re
from enum import StrEnum


class Scope(StrEnum):
    """One thing that a key may be allowed."""

    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    TIMELINE_READ = "timeline:read"
    """Tells what suppliers were asked for an order, and what they charged."""
    REFUNDS_READ = "refunds:read"
    REFUNDS_WRITE = "refunds:write"
    SUPPORT = "support"
    """The verbs: retry, deliver by hand, refund, pause, erase, and the others."""
    CREDENTIALS_LINK = "credentials:link"
    """Makes links by which buyers see what is theirs."""
    CREDENTIALS_READ = "credentials:read"
    """Reads what was delivered in the clear."""
    CONTRACTS_READ = "contracts:read"
    CONTRACTS_PUBLISH = "contracts:publish"
    STOCK_READ = "stock:read"
    EVENTS_READ = "events:read"
    WEBHOOKS = "webhooks"
    """Which addresses are notified, and with which secrets."""


SELLING = (
    Scope.ORDERS_READ,
    Scope.ORDERS_WRITE,
    Scope.REFUNDS_READ,
    Scope.REFUNDS_WRITE,
    Scope.CREDENTIALS_LINK,
    Scope.CONTRACTS_READ,
    Scope.EVENTS_READ,
    Scope.WEBHOOKS,
)
"""What a checkout system needs."""
LIVE_ONLY = frozenset({Scope.CONTRACTS_PUBLISH, Scope.STOCK_READ})
"""What is about everybody's, so that no test key may do it."""

LIVE, TEST = "pk_live_", "pk_test_"
FORM = re.compile(r"pk_(live|test)_[A-Za-z0-9_-]{43}")
"""A prefix, and 256 random bits in base64url."""


def prefix(*, livemode: bool) -> str:
    """How the keys of such a channel begin."""
    return LIVE if livemode else TEST
