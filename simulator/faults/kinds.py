"""The names of all faults, and which act each may hit.

A break loses the answer. A plain one sells nothing; its `commit_then_` twin does what was asked first, and to
the client the two look exactly alike: only a query tells them apart.
"""

from typing import Literal

Act = Literal["create", "query", "revoke", "sale", "callback"]
"""A call of a client; or `sale`, the terms an order is sold on; or `callback`, one notice to a client."""

BREAKS = frozenset(
    {"timeout", "error_500", "malformed_body", "truncated_body", "html_body", "connection_reset"}
)

COMMIT_THEN = {
    "commit_then_timeout": "timeout",
    "commit_then_500": "error_500",
    "commit_then_malformed_body": "malformed_body",
    "commit_then_truncated_body": "truncated_body",
    "commit_then_html_body": "html_body",
    "commit_then_reset": "connection_reset",
}

_ANY_CALL = BREAKS | {"slow_drip", "too_many_requests"}

KINDS: dict[Act, frozenset[str]] = {
    "create": _ANY_CALL
    | set(COMMIT_THEN)
    | {
        "commit_after_not_found",
        "wallet_empty",
        "price_change",
        "unlisted_refusal",
    },
    "query": _ANY_CALL | {"reversed_before_answer"},
    "revoke": _ANY_CALL | set(COMMIT_THEN),
    "sale": frozenset(
        {
            *("wrong_amount", "partial_quantity", "unusable_card"),
            *("duplicate_credential", "respelt_credential", "success_later_reversed"),
        }
    ),
    "callback": frozenset(
        {
            "duplicate_callback",
            "late_callback",
            "reordered_callback",
            "forged_callback",
            "misbound_callback",
            "unknown_callback",
            "replayed_callback",
            "lost_callback",
        }
    ),
}

DOWN = "down"
"""Not drawn but switched on: `Injector.down_for`. Noted like the others."""

ALL_KINDS = frozenset().union(*KINDS.values())


def is_rate_name(name: str) -> bool:
    """`kind`, or `act:kind` to rate one act apart."""
    act, colon, kind = name.rpartition(":")
    return kind in (KINDS.get(act, frozenset()) if colon else ALL_KINDS)  # type: ignore[call-overload]
