"""Folding events: a delivery's row is the sum of its events."""

from collections.abc import Iterable, Mapping
from typing import Any

TOLD = frozenset(
    {
        "state",
        "due_at",
        "offer",
        "units_delivered",
        "hold_reason",
        "held_since",
        "hold_deadline",
        "next_action",
        "next_action_at",
        "note",
        "delivered_at",
        "revealed_at",
        "recipient",
        "waived",
    }
)
"""The columns of a delivery that change over its life, each change in an event."""


def fold(events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The columns after these events (the `data` of one delivery's events, in order)."""
    row: dict[str, Any] = {}
    for data in events:
        row.update({name: value for name, value in data.items() if name in TOLD})
    return row
