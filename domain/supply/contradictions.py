"""Contradictions between a supplier's callbacks and its answers. Pure."""

from domain.supply.outcomes import (
    ActionRequired,
    Delivered,
    PartlyDelivered,
    QueryOutcome,
    Rejected,
    Revoked,
    RevokeOutcome,
    UnknownOrder,
)

GONE = frozenset({"failed", "reversed"})
_SOLD = frozenset({"delivered", "pending"})
"""Reports of progress come late, and speak against no success."""


def speaks_against(stated: str, outcome: QueryOutcome | RevokeOutcome) -> bool:
    """Whether a callback says something else than an answer that would end the questions.

    A callback whose statement is not understood may say anything, so it speaks against each of them.
    """
    match outcome:
        case Delivered() | PartlyDelivered():
            return stated not in _SOLD
        case Rejected() | ActionRequired() | UnknownOrder():
            return stated not in GONE
        case Revoked():
            return stated not in GONE | {"pending"}
        case _:
            return False
