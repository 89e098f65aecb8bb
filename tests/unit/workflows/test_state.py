"""What a run knows is one object, which can be written down and read again without a loss."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import NextAction
from domain.messages import Acceptance, DeliveryBrief, OrderStart, PlaceResult
from domain.planning.gates import PlannedGate
from domain.planning.order_events import OrderEvent, OrderEventKind
from workflows.run.state import OrderRunState, RunState

D = DeliveryState
NOW = datetime(2026, 5, 1, tzinfo=UTC)
CONFIRMED = OrderEvent(event_id="e1", event=OrderEventKind.CONFIRMED)
GATE = PlannedGate(component="gift", needs=["video"], not_before=NOW)


def brief(name: str, state: DeliveryState, next_action: NextAction, *, pivot: bool = False) -> DeliveryBrief:
    return DeliveryBrief(
        id=f"dlv_{name}",
        component=name,
        release=1,
        title=name,
        units=1,
        pivot=pivot,
        connections=["kayixin"],
        step=Snapshot(state=state, next_action=next_action, revision=2),
        delivered_at=NOW - timedelta(days=1) if state is D.DELIVERED else None,
        taken_up=False,
    )


def accepted() -> OrderRunState:
    state = OrderRunState(start=OrderStart(digest="d"))
    acceptance = Acceptance(
        result=PlaceResult(), required=["fixed", "video"], needed=1, gates=[GATE], events=[CONFIRMED]
    )
    briefs = [
        brief("video", D.DELIVERED, NextAction.DONE),
        brief("gift", D.PLANNED, NextAction.AWAIT),
        brief("fixed", D.PLANNED, NextAction.SUBMIT, pivot=True),
    ]
    state.accept("ord_1", acceptance, briefs, NOW)
    return state


def test_what_a_run_knows_is_read_as_it_was_written() -> None:
    state = accepted()
    state.put("dlv_gift", Snapshot(state=D.HELD, next_action=NextAction.HOLD, waived=True, revision=3))
    state.busy.add("dlv_fixed")
    again = OrderRunState.model_validate_json(state.model_dump_json())
    assert again.model_dump() == state.model_dump()
    assert (again.order_id, again.delivered, again.gated, again.busy, again.revision) == (
        "ord_1",
        ["dlv_video"],
        set(),
        {"dlv_fixed"},
        7,
    )
    assert (again.gates, again.events) == ({"gift": GATE}, {"e1": CONFIRMED})
    assert again.standing.done == {"video": True, "gift": True, "fixed": False}


def test_where_the_order_stands_follows_each_step() -> None:
    state = accepted()
    assert (state.stopping, state.standing.lost["fixed"], state.gated) == (False, False, {"dlv_gift"})
    state.put("dlv_fixed", Snapshot(state=D.FAILED, next_action=NextAction.DONE, tries=1))
    assert (state.stopping, state.standing.lost["fixed"]) == (True, True)


def of_item(item: int, items: int, units: int = 1) -> DeliveryBrief:
    """An item of a release, in a book that was restored from before anything of it was bought."""
    planned = brief("gift", D.PLANNED, NextAction.SUBMIT)
    divided = {"id": f"dlv_{item}_of_{items}", "item": item, "items": items, "units": units}
    return planned.model_copy(update=divided)


def test_what_a_restored_catalogue_divides_otherwise_counts_as_ended_for_a_person_to_look_at() -> None:
    bought = Snapshot(state=D.IN_PROGRESS, next_action=NextAction.CHECK, revision=5, tries=2, tried=0)
    state = RunState()
    state.take("ord_1", [of_item(1, 2), of_item(2, 2)], NOW)
    state.put("dlv_1_of_2", bought)
    had = {each.place: each for each in state.briefs.values()}
    assert state.known_of(of_item(1, 2), had) == bought
    assert state.known_of(of_item(2, 2), had) == of_item(2, 2).step
    ended = bought.model_copy(update={"next_action": NextAction.DONE, "tries": 0, "tried": -1})
    whole = of_item(1, 1, units=2)
    assert [state.known_of(each, had) for each in (whole, of_item(3, 3))] == [ended, ended]
    never_begun = state.known_of(of_item(2, 3), had)
    assert (never_begun.state, never_begun.next_action, never_begun.revision) == (
        D.PLANNED,
        NextAction.DONE,
        3,
    )


@pytest.mark.parametrize(("kind", "stops"), [(RunState(case=1), False), (accepted(), True)])
def test_a_cancelled_order_stops_its_run_and_no_case(kind: RunState, stops: bool) -> None:
    kind.cancelled = True
    assert kind.stopping is stops


def test_a_run_starts_from_nothing_of_another() -> None:
    one = accepted()
    one.called_back.add("dlv_gift")
    assert RunState() == RunState()
    assert (RunState().called_back, RunState().steps) == (set(), {})
