"""What becomes of a gate: it opens, stays closed for now, or can never open."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.contract.condition import Event, Happened
from domain.contract.release import Otherwise
from domain.fulfilment.states import DeliveryState as D
from domain.planning.gates import PlannedGate, judge, next_look
from domain.planning.order_events import OrderEvent, OrderEventKind, asked_about, happened
from domain.planning.standing import OrderStanding
from domain.planning.verdict import Known, Verdict

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ACTIVATED = frozenset({(Event.ACTIVATED, "video", 0)})
DELIVERED = frozenset({("video", 1)})


def gate(otherwise: Otherwise = Otherwise.REFUND, **more: Any) -> PlannedGate:
    return PlannedGate.model_validate(
        {"component": "gift", "not_before": NOW, "by": NOW + DAY, "otherwise": otherwise, **more}
    )


WAITS: dict[str, Any] = {"condition": Happened(Event.ACTIVATED, "video")}
NEEDS: dict[str, Any] = {"needs": ["video"]}


@pytest.mark.parametrize(
    ("closed", "facts", "now", "verdict"),
    [
        (gate(**WAITS), Known(), NOW, Verdict.PENDING),
        (gate(**WAITS), Known(happened=ACTIVATED), NOW, Verdict.MET),
        (gate(**WAITS), Known(happened=ACTIVATED), NOW - DAY, Verdict.PENDING),
        (gate(**WAITS), Known(), NOW + DAY, Verdict.IMPOSSIBLE),
        (gate(Otherwise.RELEASE, **WAITS), Known(), NOW + DAY, Verdict.MET),
        (gate(**WAITS), Known(happened=ACTIVATED), NOW + DAY, Verdict.MET),
        (gate(**WAITS), Known(impossible=frozenset({"video"})), NOW, Verdict.IMPOSSIBLE),
        (gate(Otherwise.RELEASE, **WAITS), Known(impossible=frozenset({"video"})), NOW, Verdict.MET),
        (gate(**WAITS, **NEEDS), Known(happened=ACTIVATED), NOW, Verdict.PENDING),
        (gate(**WAITS, **NEEDS), Known(happened=ACTIVATED, delivered=DELIVERED), NOW, Verdict.MET),
        (gate(Otherwise.RELEASE, **WAITS, **NEEDS), Known(), NOW + DAY, Verdict.PENDING),
        (gate(Otherwise.RELEASE, **WAITS, **NEEDS), Known(delivered=DELIVERED), NOW + DAY, Verdict.MET),
        (gate(Otherwise.RELEASE, **NEEDS), Known(impossible=frozenset({"video"})), NOW, Verdict.IMPOSSIBLE),
        (gate(**NEEDS), Known(), NOW + DAY, Verdict.IMPOSSIBLE),
        (gate(by=None, **NEEDS), Known(), NOW + 900 * DAY, Verdict.PENDING),
        (gate(by=None, **NEEDS), Known(delivered=DELIVERED), NOW, Verdict.MET),
    ],
)
def test_a_gate_is_judged_by_facts_and_time(
    closed: PlannedGate, facts: Known, now: datetime, verdict: Verdict
) -> None:
    assert judge(closed, facts, now) is verdict


def test_time_alone_can_change_a_gate_at_its_earliest_moment_and_at_its_deadline() -> None:
    looks = [next_look(gate(), at) for at in (NOW - DAY, NOW, NOW + DAY)]
    assert looks == [NOW, NOW + DAY, None]
    assert next_look(gate(by=None), NOW) is None


def test_what_was_reported_becomes_facts() -> None:
    reports = [
        OrderEvent(event_id="1", event=OrderEventKind.ACTIVATED, component="video"),
        OrderEvent(event_id="2", event=OrderEventKind.REDEEMED, component="coupon", release=3),
        OrderEvent(event_id="3", event=OrderEventKind.CONFIRMED),
        OrderEvent(event_id="4", event=OrderEventKind.CHARGEBACK),
    ]
    told, confirmed = happened(reports)
    assert told == ACTIVATED | {(Event.REDEEMED, "coupon", 3)}
    assert confirmed
    assert happened(reports[3:]) == (frozenset(), False)


def test_a_component_is_lost_once_none_of_its_releases_can_be_delivered() -> None:
    standing = {
        ("video", 1): D.DELIVERED,
        ("video", 2): D.CANCELLED,
        ("gift", 1): D.FAILED,
        ("gift", 2): D.REFUNDED,
        ("coffee", 1): D.FAILED,
        ("coffee", 2): D.PLANNED,
    }
    order = OrderStanding()
    for (component, release), state in standing.items():
        order.put((component, release, 1), state)
    facts = order.known(confirmed=False)
    assert (facts.delivered, facts.impossible) == (DELIVERED, frozenset({"gift"}))
    assert facts.impossible_releases == {("video", 2), ("gift", 1), ("gift", 2), ("coffee", 1)}


def test_only_what_conditions_name_is_asked_about() -> None:
    gates = [
        gate(condition={"all": ["activated(video)", {"not": "redeemed(coupon, 2)"}, "confirmed"]}),
        gate(**NEEDS),
    ]
    assert asked_about(gates) == {("activated", "video"), ("redeemed", "coupon"), ("confirmed", "")}
