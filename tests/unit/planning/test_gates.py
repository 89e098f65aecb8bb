"""What components wait for beyond their instants, as it is pinned when an order is accepted."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.contract.bundle import Bundle
from domain.contract.condition import Attributes, Constant, Event, Happened
from domain.contract.release import Otherwise
from domain.planning.gates import PlannedGate, plan_gates, scheduled
from domain.planning.plan import plan_deliveries
from tests.unit.builders import benefit, bundle, catalogue, component, order

ANCHOR = datetime(2026, 1, 31, 2, 0, tzinfo=UTC)
STATED: Attributes = order(quantity=2).stated


def gates(**changes: Any) -> list[PlannedGate]:
    """The gates of a video with these changes, beside a plain phone."""
    return plan_gates(bundle(component("phone"), component("video", **changes)), ANCHOR, STATED)


def due(contract: Bundle) -> list[datetime | None]:
    shelf = catalogue(benefit("video"), benefit("phone"))
    return [d.due_at for d in plan_deliveries(contract, shelf, 2, ANCHOR, STATED)]


def test_a_component_without_needs_or_condition_has_no_gate() -> None:
    assert gates() == []
    assert gates(release={"every": "P1M", "times": 3}) == []


def test_a_need_is_a_gate_without_a_deadline_and_its_loss_is_refunded() -> None:
    assert gates(needs=["phone"]) == [
        PlannedGate(component="video", needs=["phone"], not_before=ANCHOR, otherwise=Otherwise.REFUND)
    ]


def test_a_condition_is_pinned_with_its_earliest_moment_and_its_deadline() -> None:
    release = {
        "after": "P1D",
        "when": {"all": ["activated(phone)", "quantity >= 2"]},
        "by": "2026-04-01 00:00",
        "otherwise": "release",
    }
    assert gates(release=release) == [
        PlannedGate(
            component="video",
            condition=Happened(Event.ACTIVATED, "phone"),
            not_before=datetime(2026, 2, 1, 2, 0, tzinfo=UTC),
            by=datetime(2026, 3, 31, 16, 0, tzinfo=UTC),
            otherwise=Otherwise.RELEASE,
        )
    ]
    assert due(bundle(component("video", release=release))) == [datetime(2026, 2, 1, 2, 0, tzinfo=UTC)]


def test_a_condition_that_the_order_settles_is_no_gate_or_one_that_never_opens() -> None:
    rule = {"by": "P60D", "otherwise": "refund"}
    assert gates(release={"when": "quantity >= 2", **rule}) == []
    (never,) = gates(release={"when": "quantity >= 3", **rule})
    assert never.condition == Constant(False)


SCHEDULE = {"when": "activated(phone)", "by": "P30D", "otherwise": "refund", "every": "P1M", "times": 3}


def test_a_schedule_that_waits_has_no_instants_until_it_starts() -> None:
    contract = bundle(component("video", release=SCHEDULE))
    (gate,) = plan_gates(contract, ANCHOR, STATED)
    assert gate.starts_schedule
    assert due(contract) == [None, None, None]
    started = datetime(2026, 5, 31, 1, 0, tzinfo=UTC)
    assert scheduled(contract.components[0], started, ZoneInfo("Asia/Shanghai")) == [
        started,
        datetime(2026, 6, 30, 1, 0, tzinfo=UTC),
        datetime(2026, 7, 31, 1, 0, tzinfo=UTC),
    ]


def test_a_rule_that_waits_has_as_many_releases_as_its_count() -> None:
    release = {
        "when": "activated(phone)",
        "by": "P30D",
        "otherwise": "refund",
        "rrule": "FREQ=WEEKLY;BYDAY=MO;COUNT=4",
    }
    assert due(bundle(component("video", release=release))) == [None] * 4


def test_a_schedule_whose_condition_the_order_settles_starts_with_the_order() -> None:
    contract = bundle(component("video", release={**SCHEDULE, "when": "quantity == 2"}))
    assert plan_gates(contract, ANCHOR, STATED) == []
    assert due(contract)[:2] == [ANCHOR, datetime(2026, 2, 28, 2, 0, tzinfo=UTC)]


def test_a_schedule_with_needs_keeps_its_instants() -> None:
    contract = bundle(component("video", needs=["phone"], release={"every": "P1M", "times": 2}))
    (gate,) = plan_gates(contract, ANCHOR, STATED)
    assert not gate.starts_schedule
    assert due(contract) == [ANCHOR, datetime(2026, 2, 28, 2, 0, tzinfo=UTC)]


def test_a_gate_travels_as_json() -> None:
    (gate,) = gates(release={**SCHEDULE, "when": {"all": ["delivered(phone)", {"not": "confirmed"}]}})
    assert PlannedGate.model_validate_json(gate.model_dump_json()) == gate


def test_attributes_of_an_order_include_the_built_in_ones() -> None:
    assert order(quantity=3, attributes={"tier": "gold"}).stated == {
        "tier": "gold",
        "quantity": 3,
        "paid": 9900,
        "channel": "web",
    }
