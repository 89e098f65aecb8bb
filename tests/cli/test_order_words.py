"""A person reads why a delivery waits and what happens next."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.money import Money
from domain.states import HoldReason
from starter.cli.order_words import WHY_HELD, what_next, why_held
from starter.cli.output import clock
from storage.reading import DeliveryView

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
DEADLINE = NOW + timedelta(days=3)


def _delivery(**changes: Any) -> DeliveryView:
    common: dict[str, Any] = {
        "id": "dlv_1", "component": "video", "release": 1, "title": "Video", "kind": "key", "units": 1,
        "units_delivered": 0, "share": Money(amount=1, currency="CNY"), "due_at": NOW, "state": "planned",
        "hold_reason": None, "hold_deadline": None, "next_action": None, "next_action_at": None, "note": "",
        "delivered_at": None, "refund": None, "refund_state": None, "waived": False,
        "refund_id": None,
        "attempts": [],
    }  # fmt: skip
    return DeliveryView(**{**common, **changes})


def test_every_hold_reason_has_its_words() -> None:
    assert set(WHY_HELD) == set(HoldReason)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"next_action": "submit", "next_action_at": LATER}, f"bought at {clock(LATER)}"),
        (
            {"next_action": "submit", "next_action_at": NOW},
            "bought once the deliveries it waits for are made",
        ),
        ({"next_action": "submit", "next_action_at": NOW, "state": "uncertain"}, "bought now"),
        (
            {"next_action": "check", "next_action_at": LATER, "state": "uncertain"},
            f"the supplier is asked at {clock(LATER)}",
        ),
        (
            {"next_action": "hold", "next_action_at": DEADLINE, "hold_deadline": DEADLINE, "state": "held"},
            f"given up and paid back at {clock(DEADLINE)}",
        ),
        (
            {"next_action": "hold", "next_action_at": LATER, "hold_deadline": DEADLINE, "state": "held"},
            f"tried again at {clock(LATER)}; given up and paid back at {clock(DEADLINE)}",
        ),
        ({"state": "delivered"}, ""),
    ],
)
def test_what_happens_next_is_told(changes: dict[str, Any], told: str) -> None:
    assert what_next(_delivery(**changes), NOW) == told


def test_why_a_delivery_is_held_is_told() -> None:
    held = _delivery(state="held", hold_reason="out_of_stock")
    assert why_held(held) == "out_of_stock: no supplier has it in stock"
    assert why_held(_delivery()) == ""
