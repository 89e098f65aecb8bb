"""What Temporal's UI shows of an order: all of a small one, of a large one what tells most."""

from datetime import UTC, datetime, timedelta

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import DeliveryState, OrderState
from domain.fulfilment.steps import NextAction
from domain.messages import DeliveryBrief
from workflows.run.details import ALL_ROWS, markdown

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
DELIVERED = Snapshot(state=DeliveryState.DELIVERED, next_action=NextAction.DONE)
HELD = Snapshot(
    state=DeliveryState.HELD,
    next_action=NextAction.HOLD,
    reason=HoldReason.BY_OPERATOR,
    deadline=NOW,
    note="lin | why",
)
CHECK = Snapshot(state=DeliveryState.UNCERTAIN, next_action=NextAction.CHECK, at=NOW)


def planned(days: int, next_action: NextAction = NextAction.SUBMIT) -> Snapshot:
    return Snapshot(state=DeliveryState.PLANNED, next_action=next_action, at=NOW + timedelta(days=days))


def shown(*steps: Snapshot) -> list[str]:
    briefs = [
        DeliveryBrief(
            id=f"d{i}",
            component="c",
            release=i,
            title="t",
            units=1,
            pivot=False,
            connections=["s"],
            step=step,
            delivered_at=None,
            taken_up=False,
        )
        for i, step in enumerate(steps)
    ]
    text = markdown(OrderState.IN_PROGRESS, briefs, {brief.id: brief.step for brief in briefs})
    return text.split("\n")


def test_a_small_order_shows_each_delivery_with_what_comes_next() -> None:
    assert shown(DELIVERED, HELD, planned(1), planned(2, NextAction.AWAIT)) == [
        "**in_progress**",
        "",
        "| delivery | supplier | state | reason | next | note |",
        "|---|---|---|---|---|---|",
        "| t (c #0) | s | delivered |  |  |  |",
        "| t (c #1) | s | held | by_operator | waits for a person until 2026-03-01 09:00:00Z | lin / why |",
        "| t (c #2) | s | planned |  | buy 2026-03-02 09:00:00Z |  |",
        "| t (c #3) | s | planned |  | waits for its condition, or until 2026-03-03 09:00:00Z |  |",
    ]


def test_a_large_order_shows_what_is_held_then_under_way_then_the_next_ones_and_counts() -> None:
    lines = shown(*[DELIVERED] * 300, *[planned(400 - i) for i in range(400)], CHECK, *[HELD] * 2, DELIVERED)
    assert lines[2] == "704 deliveries: 400 planned, 2 held, 1 uncertain, 301 delivered"
    assert [line.split(" | ")[0] for line in lines[6:-2]] == [
        "| t (c #701)",
        "| t (c #702)",
        "| t (c #700)",
        *(f"| t (c #{699 - i})" for i in range(10)),
    ]
    assert lines[-2:] == ["", "691 more: `perkflow order show`"]


def test_an_order_all_of_which_is_held_stays_small() -> None:
    assert len(shown(*[HELD] * 2000)) == 6 + 20 + 2
    assert len(shown(*[HELD] * ALL_ROWS)) == 4 + ALL_ROWS
