"""A person reads why a delivery waits and what happens next."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.fulfilment.holds import HoldReason
from domain.money import Money
from starter.cli.order_views.words import WHY_HELD, gate_line, what_next, why_held
from starter.cli.output import clock
from storage.views.deliveries import DeliveryView
from storage.views.plans import GateView

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
DEADLINE = NOW + timedelta(days=3)


def _delivery(**changes: Any) -> DeliveryView:
    common: dict[str, Any] = {
        "id": "dlv_1", "component": "video", "release": 1, "title": "Video", "kind": "key", "units": 1,
        "units_delivered": 0, "share": Money(amount=1, currency="CNY"), "due_at": NOW, "state": "planned",
        "hold_reason": None, "hold_deadline": None, "next_action": None, "next_action_at": None, "note": "",
        "delivered_at": None, "refund": None, "refund_state": None, "waived": False,
        "refund_id": None, "held_since": None, "account": None, "recipient": None, "connections": ["alpha"],
        "pivot_waits": False,
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


def _gate(**changes: Any) -> GateView:
    common: dict[str, Any] = {
        "component": "gift", "waits_for": "confirmed", "not_before": NOW, "by": None, "otherwise": None,
        "verdict": None, "decided_at": None,
    }  # fmt: skip
    return GateView(**{**common, **changes})


@pytest.mark.parametrize(
    ("gate", "told"),
    [
        ({}, "bought once that holds"),
        ({"not_before": LATER}, f"bought once that holds, from {clock(LATER)} on"),
        ({"by": LATER, "otherwise": "release"}, f"bought once that holds, or at {clock(LATER)}"),
        (
            {"by": LATER, "otherwise": "refund"},
            f"bought once that holds; given up and paid back at {clock(LATER)}",
        ),
    ],
)
def test_what_waits_for_a_condition_says_until_when(gate: dict[str, Any], told: str) -> None:
    waiting = _delivery(next_action="await", next_action_at=LATER)
    assert what_next(waiting, NOW, _gate(**gate)) == told


def test_what_comes_due_in_a_paused_order_is_held() -> None:
    planned = _delivery(next_action="submit", next_action_at=LATER, due_at=LATER)
    assert what_next(planned, NOW, paused=True) == f"held at {clock(LATER)}, since the order is paused"


def test_a_gate_is_told_while_it_waits_and_once_it_is_decided() -> None:
    ended = {"verdict": "never", "decided_at": LATER}
    assert gate_line(_gate()) == "gift waits for confirmed"
    assert (
        gate_line(_gate(by=LATER, otherwise="release"))
        == f"gift waits for confirmed, until {clock(LATER)}, then release"
    )
    assert (
        gate_line(_gate(**ended)) == f"gift was given up at {clock(LATER)}: it waited in vain for confirmed"
    )


def test_why_a_delivery_is_held_is_told() -> None:
    held = _delivery(state="held", hold_reason="out_of_stock")
    assert why_held(held) == "out_of_stock: no supplier has it in stock"
    assert why_held(_delivery()) == ""
