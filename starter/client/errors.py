"""What can go wrong, as a shop has to tell it apart.

PerkflowError
├── NoAnswer            nothing was answered: it may have been done all the same, so ask again
├── OrderPending        the order was handed over and is not accepted yet: place it again
└── Problem             Perkflow said no; `code` says why (docs/http/errors.md has them all)
    ├── OrderRefused    pay the buyer back: invalid_order, limit_exceeded, out_of_stock, no_sandbox
    ├── NotAllowed      the key is none, or may not do this
    ├── NotFound        there is no such thing of this channel
    ├── Conflict        it cannot be done as things stand
    ├── FeedRestarted   go on from `cursor`
    ├── EventsPruned    read where open orders stand, then go on from `cursor`
    └── Unavailable     not now: ask again later
"""

from collections.abc import Mapping
from typing import Any, TypedDict


class FieldProblem(TypedDict):
    """What is wrong with one field of what was sent."""

    field: str
    message: str


class PerkflowError(Exception):
    """Anything that this client raises."""


class NoAnswer(PerkflowError):
    """Nothing was answered for as long as was asked."""


class OrderPending(PerkflowError):
    """An order was handed over, and not accepted for as long as was asked."""


class Problem(PerkflowError):
    """A request that was refused. `retryable`: the same one may succeed later, and repeating it is safe."""

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(document.get("code", ""))
        self.title = str(document.get("title", ""))
        self.detail = str(document.get("detail", ""))
        self.retryable = bool(document.get("retryable", status in (429, 503)))
        self.component: str | None = document.get("component")
        self.cursor: str | None = document.get("cursor")
        self.errors: list[FieldProblem] = document.get("errors", [])
        super().__init__(f"{self.detail or self.title or 'refused'} ({self.code or 'no code'}, {status})")


class OrderRefused(Problem):
    """The order will not be accepted as it is; its number stays free."""


class NotAllowed(Problem):
    """The key opens nothing, or may not do this."""


class NotFound(Problem):
    """There is no such thing of this channel."""


class Conflict(Problem):
    """It cannot be done as things stand, or its name stands for something else."""


class FeedRestarted(Problem):
    """The feed has begun anew; `cursor` is where to go on."""


class EventsPruned(Problem):
    """Events before `cursor` are no longer kept: read where open orders stand, then go on there."""


class Unavailable(Problem):
    """It could not be worked on, for as long as was asked."""


_OF_ORDERS = ("invalid_order", "limit_exceeded", "out_of_stock", "no_sandbox", "sandbox_only")
_BY_CODE: Mapping[str, type[Problem]] = {
    **dict.fromkeys(_OF_ORDERS, OrderRefused),
    "feed_restarted": FeedRestarted,
    "events_pruned": EventsPruned,
}
_BY_STATUS: Mapping[int, type[Problem]] = {
    401: NotAllowed,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    429: Unavailable,
    503: Unavailable,
}


def problem(status: int, document: Mapping[str, Any]) -> Problem:
    """The problem that an answer is."""
    kind = _BY_CODE.get(str(document.get("code"))) or _BY_STATUS.get(status, Problem)
    return kind(status, document)
