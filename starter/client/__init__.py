"""What a shop written in Python calls Perkflow with: typed, and nothing but httpx behind it.

    with Perkflow("https://perkflow.example", "pk_live_…") as perkflow:
        receipt = perkflow.place({"order_no": "1001", "bundle": "duo", "version": 1, ...})

It shares no code with the rest and imports itself by relative names, so that a shop may copy this folder.
`webhooks` verifies what is sent to the shop, and needs the library `standardwebhooks` beside it.
"""

from .client import Perkflow
from .errors import (
    Conflict,
    EventsPruned,
    FeedRestarted,
    NoAnswer,
    NotAllowed,
    NotFound,
    OrderPending,
    OrderRefused,
    PerkflowError,
    Problem,
    Unavailable,
)

__all__ = [
    "Conflict",
    "EventsPruned",
    "FeedRestarted",
    "NoAnswer",
    "NotAllowed",
    "NotFound",
    "OrderPending",
    "OrderRefused",
    "Perkflow",
    "PerkflowError",
    "Problem",
    "Unavailable",
]
